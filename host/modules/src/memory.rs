//! How much memory a guest may take: one sum over all memories, one over all tables.

use wasmtime::ResourceLimiter;

use crate::engine::TABLE_ELEMENTS;

/// Counts what a guest has and says no.
#[derive(Debug)]
pub(crate) struct Memory {
    limit_bytes: usize,
    used_bytes: usize,
    used_elements: usize,
    /// What was asked for when the answer was no.
    denied: Option<Denied>,
}

/// What a guest was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// Linear memory.
    Memory,
    /// Elements of tables.
    Table,
}

impl Memory {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self {
            limit_bytes,
            used_bytes: 0,
            used_elements: 0,
            denied: None,
        }
    }

    /// Linear memory that the guest has; it never shrinks.
    pub(crate) fn peak_bytes(&self) -> usize {
        self.used_bytes
    }

    /// What the guest was refused last, if anything.
    pub(crate) fn denied(&self) -> Option<Denied> {
        self.denied
    }

    /// What the guest may have.
    pub(crate) fn limit_bytes(&self) -> usize {
        self.limit_bytes
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self
            .used_bytes
            .saturating_add(desired.saturating_sub(current));
        if total > self.limit_bytes {
            self.denied = Some(Denied::Memory);
            return Ok(false);
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.used_bytes = total;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self
            .used_elements
            .saturating_add(desired.saturating_sub(current));
        if total > TABLE_ELEMENTS {
            self.denied = Some(Denied::Table);
            return Ok(false);
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.used_elements = total;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_are_summed() {
        let mut memory = Memory::new(100);

        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(!memory.memory_growing(0, 60, None).unwrap());
        assert!(memory.memory_growing(0, 40, None).unwrap());

        assert_eq!(memory.denied(), Some(Denied::Memory));
        assert_eq!(memory.peak_bytes(), 100);
    }

    #[test]
    fn growth_beyond_the_memorys_own_maximum_is_not_our_refusal() {
        let mut memory = Memory::new(100);

        assert!(!memory.memory_growing(0, 60, Some(50)).unwrap());

        assert_eq!(memory.denied(), None);
    }

    #[test]
    fn tables_are_summed() {
        let mut memory = Memory::new(100);

        assert!(memory.table_growing(0, TABLE_ELEMENTS, None).unwrap());
        assert!(!memory.table_growing(0, 1, None).unwrap());

        assert_eq!(memory.denied(), Some(Denied::Table));
    }
}
