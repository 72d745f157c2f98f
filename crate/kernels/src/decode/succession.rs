//! Succession: what was never said in this order is not recalled in this order.
//!
//! A level that holds much gives, after the right beginning of a value, also what goes on under similar keys: "stormsey" for
//! "storms". Which token was ever heard after which needs no address, so it has no such echo. It is one bit for each place of a
//! table of fixed size, to which pairs and triples of tokens are scattered (a Bloom filter with one function; Bloom 1970):
//!
//! ```text
//! logit_j −= untold · (1 − k(p, any)) (1 − k(p, j) + k(q, p) (1 − k(q, any)) (1 − k(q, p, j)))
//!                                                                                       p: the token before j, q: the one before p
//! logit_j −= unended · (1 − k(p, edge)) (1 − k(p, j))                                   where j is a stop, which ends a value
//! ```
//!
//! k being 1 where the bit is set: by what was told, or since the base says so itself. `any` may be followed by everything,
//! after `edge` a word was over. Before the answer's first token stands the mark; q does not count there.

use super::sampling::mixed;

/// Bits of a table.
pub const PLACES: usize = 1 << 16;
/// Bits that lie in one number, which is exact in f32.
pub const BITS: usize = 16;
/// Numbers of a table.
pub const NUMBERS: usize = PLACES / BITS;
/// In a token's place: any.
pub const ANY: u32 = u32::MAX;
/// In a token's place: the end of a word.
pub const EDGE: u32 = u32::MAX - 1;
/// Tokens that end a value.
pub const STOPS: usize = 2;

/// How much is held against what was never said in this order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// Against a token after one, or after two, that it was never told after.
    pub untold: f32,
    /// Against the end of a value where no word ever ended.
    pub unended: f32,
    /// The tokens that end a value.
    pub stops: [u32; STOPS],
    /// The mark before an answer.
    pub begin: u32,
    /// The mark after it, which may follow anything.
    pub end: u32,
}

/// The place of `token` after `before`, and that after `earlier`.
#[must_use]
pub const fn place(earlier: u32, before: u32, token: u32) -> usize {
    mixed(token ^ mixed(before ^ mixed(earlier))) as usize % PLACES
}

/// Whether a place's bit is set in the number it lies in.
#[must_use]
pub const fn is_set(number: u32, place: usize) -> bool {
    (number >> (place % BITS)) & 1 == 1
}

impl Order {
    /// The tokens two and one before the one that follows these; [`ANY`] where there is none that counts.
    #[must_use]
    pub fn before(&self, tokens: &[u32]) -> [u32; 2] {
        let back = |count: usize| tokens.len().checked_sub(count).map_or(ANY, |at| tokens[at]);
        let earlier = Some(back(2)).filter(|token| *token != self.begin).unwrap_or(ANY);
        [earlier, back(1)]
    }

    /// What is held against tokens after these; `known` looks up a place.
    pub fn after<K: Fn(usize) -> bool>(self, [earlier, before]: [u32; 2], known: K) -> After<K> {
        let minds = !known(place(ANY, before, ANY));
        let told = known(place(ANY, earlier, before)) && !known(place(ANY, earlier, ANY));
        let inside = !known(place(ANY, before, EDGE));
        let begun = [mixed(before ^ mixed(ANY)), mixed(before ^ mixed(earlier))];
        After { order: self, minds, told, inside, begun, known }
    }
}

/// What is held against whatever follows some tokens.
#[derive(Debug, Clone, Copy)]
pub struct After<K> {
    order: Order,
    /// Not everything may follow the last of them.
    minds: bool,
    /// The last of them was told after the one before it.
    told: bool,
    /// No word was ever over after the last of them.
    inside: bool,
    /// What a token's place is mixed of, after one of them and after two.
    begun: [u32; 2],
    known: K,
}

impl<K: Fn(usize) -> bool> After<K> {
    /// What a token is given.
    pub fn given(&self, token: u32) -> f32 {
        let Self { order, begun: [pair, triple], known, .. } = self;
        let new = |begun: u32| !known(mixed(token ^ begun) as usize % PLACES);
        if token == order.end {
            0.0
        } else if order.stops.contains(&token) {
            if self.inside && new(*pair) { -order.unended } else { 0.0 }
        } else if self.minds {
            let broken = u8::from(new(*pair)) + u8::from(self.told && new(*triple));
            -order.untold * f32::from(broken)
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_told_in_this_order_is_free() {
        let order = Order { untold: 6.0, unended: 4.0, stops: [17, 18], begin: 2, end: 3 };
        let told = [
            place(ANY, 40, 41),
            place(ANY, 41, 42),
            place(40, 41, 42),
            place(ANY, 41, 43),
            place(ANY, 42, EDGE),
            place(ANY, 9, ANY),
        ];
        let given = |tokens: &[u32], token| {
            order.after(order.before(tokens), |place| told.contains(&place)).given(token).abs()
        };
        assert_eq!(given(&[2, 40], 41), 0.0, "told after this one");
        assert_eq!(given(&[2, 40], 42), 6.0, "never told after this one");
        assert_eq!(given(&[2, 40, 41], 42), 0.0, "told after these two");
        assert_eq!(given(&[2, 40, 41], 43), 6.0, "told after this one, but not after these two");
        assert_eq!(
            given(&[2, 44, 41], 42),
            0.0,
            "of two that were never told one after the other nothing is known"
        );
        assert_eq!([given(&[2, 41], 17), given(&[2, 42], 18)], [4.0, 0.0], "a value ends where a word did");
        assert_eq!([given(&[2, 9], 55), given(&[2, 41], 3), given(&[], 41)], [0.0, 0.0, 6.0]);
    }
}
