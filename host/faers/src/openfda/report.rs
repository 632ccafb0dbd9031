//! One record of `drug/event`, as openFDA writes it, and how it becomes a [`Case`].

use std::collections::{BTreeMap, BTreeSet};

use quire_model::ProductNdc;
use quire_openfda::{Objects, Text, Texts};
use serde::Deserialize;

use crate::case::{Case, Criteria, Drug, Reaction};

/// Substances that one entry may list; far above what records hold.
const SUBSTANCES: usize = 64;
/// Other numbers of the same case that one report may list; records hold one.
const DUPLICATES: usize = 16;
/// Letters of a dose that are kept; the source's own form has room for fewer.
const LONGEST_DOSE: usize = 120;
/// Stands for an age or a weight that is stated and cannot be read.
const UNREAD_MEASURE: f64 = -1.0;
/// What precedes the day of the event where a narrative would stand.
const EVENT: &str = "CASE EVENT DATE:";

/// A record of `drug/event`. Field names are openFDA's, including its spelling mistakes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct RawReport<'a> {
    safetyreportid: Text<'a>,
    safetyreportversion: Text<'a>,
    receivedate: Text<'a>,
    receiptdate: Text<'a>,
    serious: Text<'a>,
    seriousnessdeath: Text<'a>,
    seriousnesslifethreatening: Text<'a>,
    seriousnesshospitalization: Text<'a>,
    seriousnessdisabling: Text<'a>,
    seriousnesscongenitalanomali: Text<'a>,
    seriousnessother: Text<'a>,
    fulfillexpeditecriteria: Text<'a>,
    occurcountry: Text<'a>,
    primarysourcecountry: Text<'a>,
    primarysource: Objects<RawSource<'a>>,
    reporttype: Text<'a>,
    companynumb: Text<'a>,
    reportduplicate: Objects<RawDuplicate<'a>>,
    patient: Objects<RawPatient<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawSource<'a> {
    reportercountry: Text<'a>,
    qualification: Text<'a>,
    literaturereference: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawDuplicate<'a> {
    duplicatenumb: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawPatient<'a> {
    patientsex: Text<'a>,
    patientonsetage: Text<'a>,
    patientonsetageunit: Text<'a>,
    patientagegroup: Text<'a>,
    patientweight: Text<'a>,
    patientdeath: Objects<RawDeath<'a>>,
    summary: Objects<RawSummary<'a>>,
    reaction: Objects<RawReaction<'a>>,
    drug: Objects<RawDrug<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawDeath<'a> {
    patientdeathdate: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawSummary<'a> {
    narrativeincludeclinical: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawReaction<'a> {
    reactionmeddrapt: Text<'a>,
    reactionoutcome: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawDrug<'a> {
    drugcharacterization: Text<'a>,
    medicinalproduct: Text<'a>,
    activesubstance: Objects<RawSubstance<'a>>,
    drugindication: Text<'a>,
    drugadministrationroute: Text<'a>,
    drugdosageform: Text<'a>,
    drugdosagetext: Text<'a>,
    drugstructuredosagenumb: Text<'a>,
    drugstructuredosageunit: Text<'a>,
    drugstartdate: Text<'a>,
    drugenddate: Text<'a>,
    actiondrug: Text<'a>,
    drugadditional: Text<'a>,
    drugrecurreadministration: Text<'a>,
    openfda: Objects<RawProduct<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawSubstance<'a> {
    activesubstancename: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawProduct<'a> {
    product_ndc: Texts<'a>,
    brand_name: Texts<'a>,
    generic_name: Texts<'a>,
}

/// What matching entries say about the product that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matches {
    /// Candidates that occurred, each with the brand and generic names of its entries, as written.
    pub(crate) codes: BTreeMap<String, BTreeSet<String>>,
}

impl Matches {
    /// Names of all entries, as written.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.codes.values().flatten().cloned().collect()
    }

    /// A code and names beside it.
    pub(crate) fn add(&mut self, code: &str, names: impl Iterator<Item = String>) {
        let names = names.filter(|name| !name.is_empty());
        match self.codes.get_mut(code) {
            Some(known) => known.extend(names),
            None => {
                self.codes.insert(code.to_owned(), names.collect());
            }
        }
    }

    /// With what another page says.
    pub(crate) fn absorb(&mut self, other: Self) {
        for (code, names) in other.codes {
            self.add(&code, names.into_iter());
        }
    }
}

impl RawReport<'_> {
    /// The case, and what its entries say about the candidates.
    pub(super) fn into_case(self, candidates: &[ProductNdc], matches: &mut Matches) -> Case {
        let source = self.primarysource.first().unwrap_or_default();
        let patient = self.patient.first();
        let has_patient = patient.is_some();
        let patient = patient.unwrap_or_default();
        let countries = [
            &self.occurcountry,
            &self.primarysourcecountry,
            &source.reportercountry,
        ];
        Case {
            id: self.safetyreportid.tidy(),
            version: self.safetyreportversion.number(),
            received: self.receivedate.day(),
            receipt: self.receiptdate.day(),
            countries: countries
                .map(Text::tidy)
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect(),
            reporter: source.qualification.code(),
            report_type: self.reporttype.code(),
            literature: source.literaturereference.tidy(),
            company: self.companynumb.tidy(),
            duplicates: self
                .reportduplicate
                .0
                .iter()
                .take(DUPLICATES)
                .map(|duplicate| duplicate.duplicatenumb.tidy())
                .filter(|number| !number.is_empty())
                .collect(),
            serious: self.serious.code(),
            criteria: Criteria {
                death: self.seriousnessdeath.is_one(),
                life_threatening: self.seriousnesslifethreatening.is_one(),
                hospitalisation: self.seriousnesshospitalization.is_one(),
                disability: self.seriousnessdisabling.is_one(),
                congenital_anomaly: self.seriousnesscongenitalanomali.is_one(),
                other: self.seriousnessother.is_one(),
            },
            expedited: self.fulfillexpeditecriteria.code(),
            has_patient,
            sex: patient.patientsex.code(),
            age: measure(&patient.patientonsetage),
            age_unit: patient.patientonsetageunit.code(),
            age_group: patient.patientagegroup.code(),
            weight: measure(&patient.patientweight),
            died: first_day(&patient.patientdeath, |death| &death.patientdeathdate),
            event: patient.summary.0.iter().find_map(RawSummary::event_day),
            reactions: patient
                .reaction
                .0
                .into_iter()
                .map(RawReaction::into_reaction)
                .filter(|reaction| !reaction.term.is_empty() || reaction.outcome.is_some())
                .collect(),
            drugs: patient
                .drug
                .0
                .into_iter()
                .map(|drug| drug.into_drug(candidates, matches))
                .collect(),
        }
    }
}

/// A number; one that is stated and cannot be read is none that anybody has.
fn measure(text: &Text<'_>) -> Option<f64> {
    let unread = || (!text.tidy().is_empty()).then_some(UNREAD_MEASURE);
    text.finite().or_else(unread)
}

/// The commonest units of doses, by the list of ICH E2B(R2).
fn unit(code: u16) -> Option<&'static str> {
    Some(match code {
        1 => "kg",
        2 => "g",
        3 => "mg",
        4 => "µg",
        5 => "ng",
        7 => "mg/kg",
        8 => "µg/kg",
        9 => "mg/m²",
        11 => "l",
        12 => "ml",
        25 => "IU",
        30 => "%",
        32 => "dosage form",
        _ => return None,
    })
}

fn first_day<T>(objects: &Objects<T>, member: fn(&T) -> &Text<'_>) -> Option<u32> {
    objects.0.first().and_then(|object| member(object).day())
}

impl RawSummary<'_> {
    /// The day of the event; none if only its month or year is known.
    fn event_day(&self) -> Option<u32> {
        let text = self.narrativeincludeclinical.tidy();
        let day = text.strip_prefix(EVENT)?.trim();
        Text(Some(day.into())).day()
    }
}

impl RawReaction<'_> {
    fn into_reaction(self) -> Reaction {
        Reaction {
            term: self.reactionmeddrapt.tidy(),
            outcome: self.reactionoutcome.code(),
        }
    }
}

impl RawDrug<'_> {
    fn into_drug(self, candidates: &[ProductNdc], matches: &mut Matches) -> Drug {
        let mut matched = false;
        for product in &self.openfda.0 {
            matched |= product.collect(candidates, matches);
        }
        let dose = if matched { self.dose() } else { String::new() };
        let substances = self.activesubstance.0.iter();
        let substances = substances.map(|substance| substance.activesubstancename.tidy());
        Drug {
            matched,
            role: self.drugcharacterization.code(),
            product: self.medicinalproduct.tidy(),
            substances: substances
                .filter(|name| !name.is_empty())
                .take(SUBSTANCES)
                .collect(),
            indication: self.drugindication.tidy(),
            route: self.drugadministrationroute.code(),
            // Of other drugs no section needs them, and a report can list hundreds.
            form: if matched {
                self.drugdosageform.tidy()
            } else {
                String::new()
            },
            started: self.drugstartdate.day().filter(|_| matched),
            action: self.actiondrug.code(),
            dechallenge: self.drugadditional.code(),
            rechallenge: self.drugrecurreadministration.code(),
            dose,
            ended: self.drugenddate.day().filter(|_| matched),
        }
    }

    /// The dose in the reporter's words, else the number with its unit.
    fn dose(&self) -> String {
        let words = self.drugdosagetext.tidy();
        if !words.is_empty() {
            return words.chars().take(LONGEST_DOSE).collect();
        }
        let number = self.drugstructuredosagenumb.tidy();
        let unit = self.drugstructuredosageunit.code().and_then(unit);
        match (number.as_str(), unit) {
            ("", _) => String::new(),
            (number, Some(unit)) => format!("{number} {unit}"),
            (number, None) => format!("{number}, unit not known"),
        }
    }
}

impl RawProduct<'_> {
    /// Whether it carries a candidate; if so, its codes and names are noted.
    fn collect(&self, candidates: &[ProductNdc], matches: &mut Matches) -> bool {
        let mut found = false;
        let codes = self.product_ndc.0.iter();
        for code in codes.filter_map(|code| code.0.as_deref()) {
            let asked = candidates.iter().any(|known| known.as_str() == code);
            if asked {
                found = true;
                let names = self.brand_name.0.iter().chain(&self.generic_name.0);
                matches.add(code, names.map(Text::tidy));
            }
        }
        found
    }
}
