//! Something told and questions about it, to be asked under several conditions: while the telling is still in the
//! conversation, when only memory is left, without memory, after other conversations.
use super::script::{Script, shuffle};
use super::{Case, Expect, Group, Question, Step};
use crate::facts::{Fact, Subject};
use crate::ingredients::Ingredients;
use crate::invention::Invention;
use crate::tongue::Tongue;

/// Conversations about something else.
const DISTRACTORS: usize = 3;

/// Something told in one conversation, what is asked about it, and conversations about something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// A name that stays the same: suite, seed, number.
    pub id: String,
    /// What is told, in order.
    pub tell: Vec<String>,
    /// What is asked, each question as if it were the only one.
    pub questions: Vec<TrialQuestion>,
    /// What is said in three other conversations. Nothing in them changes an answer.
    pub distractors: Vec<Vec<String>>,
    /// What all this is made of, the usual phrasings left out.
    pub ingredients: Ingredients,
}

/// A question in two phrasings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialQuestion {
    /// In a phrasing that training never saw.
    pub question: Question,
    /// The same question in a phrasing of training.
    pub usual: String,
}

impl Trial {
    /// The trial as a case: told in one conversation, asked in the next.
    pub(super) fn case(self) -> Case {
        let mut steps: Vec<Step> = self.tell.into_iter().map(|text| Step::Say { text }).collect();
        steps.push(Step::EndConversation);
        steps.extend(self.questions.into_iter().map(|asked| Step::Question(asked.question)));
        steps.push(Step::EndConversation);
        Case { id: self.id, steps, ingredients: self.ingredients }
    }
}

/// The trial that a script makes of what `make` tells and asks.
pub(super) fn trial(
    mut script: Script,
    id: String,
    make: impl Fn(&mut Script) -> (Vec<Step>, Vec<TrialQuestion>),
) -> Trial {
    let (tell, mut questions) = make(&mut script);
    shuffle(&mut script.world.draw, &mut questions);
    let distractors = (0..DISTRACTORS).map(|_| distraction(&mut script)).collect();
    Trial { id, tell: texts(tell), questions, distractors, ingredients: script.ingredients }
}

/// Two facts, none of the speaker, so that what the person told of themselves stays what it was; and small talk.
pub(super) fn distraction(script: &mut Script) -> Vec<String> {
    let of_others = |world: &mut Invention<'static>| world.new_fact().filter(|f| !f.subject.is_speaker());
    let mut steps = vec![script.told_of(of_others).1, script.told_of(of_others).1];
    steps.extend([script.small_talk(), script.small_talk()]);
    shuffle(&mut script.world.draw, &mut steps);
    texts(steps)
}

pub(super) fn texts(steps: Vec<Step>) -> Vec<String> {
    let text = |step| if let Step::Say { text } = step { Some(text) } else { None };
    steps.into_iter().filter_map(text).collect()
}

impl Script {
    /// A question for a fact's value in two phrasings.
    pub(super) fn asks_usually(&mut self, fact: &Fact, group: Group) -> TrialQuestion {
        self.asks_by(fact, &fact.subject, Expect::Value(fact.value.text.clone()), group)
    }

    /// The same by another name of the subject, with another expectation.
    pub(super) fn asks_by(
        &mut self,
        fact: &Fact,
        subject: &Subject,
        expect: Expect,
        group: Group,
    ) -> TrialQuestion {
        let text = self.ask_of(fact.relation_index, subject);
        let relation = self.world.relation(fact.relation_index);
        let usual = self.usual().ask(&mut self.world.draw, relation, subject).text;
        TrialQuestion { question: Question { text, expect, group, age: Some(1) }, usual }
    }

    /// "Who is Rex?", in two phrasings.
    pub(super) fn asks_inversely(&mut self, fact: &Fact, tongue: Tongue) -> Option<TrialQuestion> {
        let relation = self.world.relation(fact.relation_index);
        let said = self.world.speaker.ask_inverse(&mut self.world.draw, relation, &fact.value)?;
        let usual = self.usual().ask_inverse(&mut self.world.draw, relation, &fact.value)?;
        let (answer, _) = crate::fill::inverse::yours(tongue, fact);
        let expect = Expect::Value(answer.trim().trim_end_matches(['.', '。']).to_owned());
        let question = Question { text: self.noted(said), expect, group: Group::Inverse, age: Some(1) };
        Some(TrialQuestion { question, usual: usual.text })
    }
}
