//! Counted values in Chinese.
use super::code;
use crate::draw::Draw;

const DIGITS: [&str; 12] = ["一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
const CURRENCIES: [&str; 6] = ["元", "块钱", "元", "欧元", "美元", "日元"];

/// 12岁, 35元, 5月12日, 下午三点半.
pub(super) fn counted(draw: &mut Draw, kind: &str) -> String {
    match kind {
        "code" => code(draw),
        "number" => draw.between(1, 999).to_string(),
        "age" => format!("{}岁", draw.between(1, 99)),
        "price" => {
            let top = draw.pick(&[99, 999, 9999]);
            format!("{}{}", draw.between(2, top), draw.pick(&CURRENCIES))
        }
        "date" => {
            let (month, day) = (draw.between(1, 12), draw.between(1, 28));
            format!("{month}月{day}{}", draw.pick(&["日", "日", "号"]))
        }
        _ => time(draw),
    }
}

fn time(draw: &mut Draw) -> String {
    let part = draw.pick(&["早上", "上午", "下午", "晚上"]);
    let hour = draw.below(12);
    if draw.chance(0.5) {
        return format!("{part}{}点{}分", hour + 1, 5 * draw.between(1, 11));
    }
    let minutes = draw.pick(&["整", "半", "一刻", "三刻", ""]);
    format!("{part}{}点{minutes}", DIGITS[hour])
}
