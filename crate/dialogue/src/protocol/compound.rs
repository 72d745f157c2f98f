//! The suite "compound": two facts in one sentence.
use super::script::{Script, is_open, shuffle, streamed_cases};
use super::{Case, Group, Step};
use crate::facts::Fact;
use crate::sentence::Form;
use crate::tongue::Tongue;

/// `n` cases of two conversations: two turns that tell two facts each, mostly of the same subject; of each turn one is asked at once
/// and the other in the next conversation, beside something that was never told.
pub fn compound_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("compound", compound, tongue, seed, n)
}

pub(super) fn compound(script: &mut Script) -> Vec<Step> {
    let ([first, second], one) = script.tells_two();
    let ([third, fourth], other) = script.tells_two();
    let mut steps = vec![one, script.small_talk(), other];
    // Each half is asked at either time as often.
    let swapped = script.world.draw.chance(0.5);
    let [now, later] =
        if swapped { [[second, third], [first, fourth]] } else { [[first, fourth], [second, third]] };
    steps.extend(now.iter().map(|fact| script.recalls(fact, Group::Same, 0)));
    steps.push(Step::EndConversation);
    let mut questions: Vec<Step> =
        later.iter().map(|fact| script.recalls(fact, Group::OneLater, 1)).collect();
    questions.push(script.unknown());
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}

impl Script {
    /// Two new facts and the turn that tells both.
    fn tells_two(&mut self) -> ([Fact; 2], Step) {
        loop {
            let first = self.invented(|world| world.new_fact());
            let second = self.world.second(&first).filter(|(second, _)| is_open(second));
            let Some((second, same)) = second else { continue };
            self.world.spend(&second.value);
            let said = self.sentence(&first, None, Form::Tell);
            let relation = self.world.relation(second.relation_index);
            let about = (&second.subject, &second.value);
            let also = self.world.speaker.also(&mut self.world.draw, said, relation, about, same);
            self.ingredients.subject(&second.subject);
            self.ingredients.value(&second.value);
            self.world.facts.extend([first.clone(), second.clone()]);
            self.ingredients.phrasing(&also.template);
            let text = self.noted(also.sentence);
            return ([first, second], Step::Say { text });
        }
    }
}
