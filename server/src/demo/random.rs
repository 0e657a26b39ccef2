//! SplitMix64: small, and the same on every machine.

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Seeded with a text (by FNV-1a).
    pub(super) fn named(name: &str) -> Self {
        let start = 0xcbf2_9ce4_8422_2325_u64;
        Self(name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `bound - 1`; 0 for a `bound` of 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from((u128::from(self.next()) * bound as u128) >> 64).unwrap_or(0)
    }

    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the words, the first ones more often; empty for no words.
    pub(super) fn word(&mut self, words: &[&'static str]) -> &'static str {
        let (one, other) = (self.below(words.len()), self.below(words.len()));
        let place = if self.percent(50) { one.min(other) } else { one };
        words.get(place).copied().unwrap_or_default()
    }

    /// One of the values, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, values: &[(T, usize)]) -> Option<T> {
        let mut rest = self.below(values.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in values {
            match rest.checked_sub(*weight) {
                Some(less) => rest = less,
                None => return Some(*value),
            }
        }
        None
    }

    pub(super) fn shuffle<T>(&mut self, values: &mut [T]) {
        for place in (1..values.len()).rev() {
            values.swap(place, self.below(place + 1));
        }
    }

    /// Eight letters and digits, as of a pool.
    pub(super) fn code(&mut self) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        (0..8).filter_map(|_| ALPHABET.get(self.below(ALPHABET.len())).copied().map(char::from)).collect()
    }
}
