//! The elements of a document: paragraphs, cells, figures. What is drawn belongs to one of them.

/// Whom a mark belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ElementId(pub(crate) u32);

impl ElementId {
    /// The element that holds all others.
    pub(crate) const DOCUMENT: Self = Self(0);
    /// Nothing that is read: rules, tints, repeated headers.
    pub(crate) const DECORATION: Self = Self(u32::MAX);
    /// The running header.
    pub(crate) const HEADER: Self = Self(u32::MAX - 1);
    /// The running footer.
    pub(crate) const FOOTER: Self = Self(u32::MAX - 2);

    /// Whether it is an element, and not decoration.
    pub(crate) const fn is_element(self) -> bool {
        self.0 < Self::FOOTER.0
    }

    /// The element that was added so many after this one.
    pub(crate) fn after(self, count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Self(self.0.saturating_add(count))
    }

    /// Counts elements from 0.
    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

/// What an element is, in the words of PDF 1.7, section 14.8.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Document,
    Section,
    Title,
    Heading(u8),
    Paragraph,
    Group,
    List,
    Item,
    Label,
    ItemBody,
    Table,
    Head,
    Body,
    Row,
    ColumnHeader,
    RowHeader,
    Cell,
    Caption,
    Figure,
    Note,
    Reference,
    Link,
    Contents,
    ContentsItem,
}

impl Role {
    /// The role's name in the file. `Title` is our own word; the file says that it is a paragraph.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Section => "Sect",
            Self::Title => "Title",
            Self::Heading(2) => "H2",
            Self::Heading(3) => "H3",
            Self::Heading(4) => "H4",
            Self::Heading(_) => "H1",
            Self::Paragraph => "P",
            Self::Group => "Div",
            Self::List => "L",
            Self::Item => "LI",
            Self::Label => "Lbl",
            Self::ItemBody => "LBody",
            Self::Table => "Table",
            Self::Head => "THead",
            Self::Body => "TBody",
            Self::Row => "TR",
            Self::ColumnHeader | Self::RowHeader => "TH",
            Self::Cell => "TD",
            Self::Caption => "Caption",
            Self::Figure => "Figure",
            Self::Note => "Note",
            Self::Reference => "Reference",
            Self::Link => "Link",
            Self::Contents => "TOC",
            Self::ContentsItem => "TOCI",
        }
    }
}
