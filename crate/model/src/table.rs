//! Small tables of bytes in a base's config: two hexadecimal digits each.

/// The text of these bytes.
pub(crate) fn text(bytes: impl Iterator<Item = u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text is a table of so many bytes.
pub(crate) fn is_whole(table: &str, count: usize) -> bool {
    table.len() == 2 * count && table.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// The number of two bytes that begins at a place, the higher first.
pub(crate) fn number(table: &str, place: usize) -> u16 {
    u16::from_be_bytes([place, place + 1].map(|place| byte(table, place)))
}

/// The byte at a place; 0 where there is none.
pub(crate) fn byte(table: &str, place: usize) -> u8 {
    let digits = table.get(2 * place..2 * place + 2);
    digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0)
}
