//! A window without an operating system, driven by keyboard through the tree
//! that screen readers see. The harness fails on a control without a name and on
//! a character that no bundled font has.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Theme as EguiTheme};
use egui_kittest::Harness;
use egui_kittest::kittest::{AccessKitNode, NodeT, Queryable};
use jiaozi_custody::PersonalPhrase;
use jiaozi_raster::Raster;
use jiaozi_types::agent::{Appearance, Language, Theme};
use jiaozi_vault::prompt::PromptError;
use jiaozi_vault::prompt::window::{
    Dialogue, WINDOW, WindowSession, detached, detached_tool, prepare,
};
use jiaozi_vault::tool::window::talk;

/// A window and the thread that asks in it.
pub struct Asked<T> {
    pub window: Harness<'static, Dialogue>,
    pub answer: JoinHandle<T>,
}

/// A flow of the offline tool in its window.
pub type Driven = Asked<Result<(), PromptError>>;

pub fn look(language: Language, theme: Theme) -> Appearance {
    Appearance { language, theme }
}

pub fn asked<T: Send + 'static>(
    look: Appearance,
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    let phrase = PersonalPhrase::new("blue teapot").unwrap();
    let (dialogue, session) = detached(look, Some(phrase));
    over(look, dialogue, session, ask)
}

/// The window of a dialogue, and a thread that asks in its session.
pub fn over<T: Send + 'static>(
    look: Appearance,
    dialogue: Dialogue,
    session: WindowSession,
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    let mut session = session;
    let theme = match look.theme {
        Theme::Dark => EguiTheme::Dark,
        Theme::Light | Theme::System => EguiTheme::Light,
    };
    let window = Harness::builder()
        .with_size(WINDOW)
        .with_theme(theme)
        .renderer(Raster::default())
        .with_context_setup(move |context| {
            prepare(context, look);
            // A picture shows the caret, whenever it is taken.
            context.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
        })
        .build_ui_state(|ui, dialogue: &mut Dialogue| dialogue.ui(ui), dialogue);
    let answer = thread::spawn(move || ask(&mut session));
    Asked { window, answer }
}

pub fn english<T: Send + 'static>(
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    asked(look(Language::English, Theme::Light), ask)
}

/// A flow of the offline tool, in English.
pub fn flow(flow: fn(&mut WindowSession) -> Result<(), PromptError>) -> Driven {
    let look = look(Language::English, Theme::Light);
    let (dialogue, session) = detached(look, None);
    over(look, dialogue, session, flow)
}

/// The vault by itself, from its first page on.
pub fn by_itself(look: Appearance) -> Driven {
    let (dialogue, session) = detached_tool(look);
    over(look, dialogue, session, |session| {
        talk(session);
        Ok(())
    })
}

impl<T> Asked<T> {
    /// Draws frames until `there` holds; the asking thread needs its time.
    pub fn until(&mut self, what: &str, there: impl Fn(&Harness<'static, Dialogue>) -> bool) {
        let begun = Instant::now();
        while !there(&self.window) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{what} never came; there is:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    pub fn sees(&mut self, label: &str) {
        self.until(label, |window| {
            window.query_all_by_label_contains(label).next().is_some()
        });
        self.is_whole();
    }

    pub fn types(&mut self, text: &str) {
        self.window.step();
        for c in text.chars() {
            self.window.event(Event::Text(c.to_string()));
        }
        self.window.step();
    }

    /// Writes over what is in the field, once there is one.
    pub fn replaces(&mut self, text: &str) {
        self.until("a field", |window| {
            let mut fields = window.query_all_by_role(Role::TextInput);
            fields.any(|field| field.is_focused())
        });
        self.window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.window.step();
        self.types(text);
    }

    pub fn presses(&mut self, key: Key) {
        self.window.key_press(key);
        self.window.step();
        self.window.step();
    }

    /// Presses Tab until the control with this name has the keyboard.
    pub fn tabs_to(&mut self, role: Role, label: &str) {
        for _ in 0..200 {
            if self.has_keyboard(role, label) {
                return;
            }
            self.presses(Key::Tab);
        }
        panic!("Tab never reaches {label:?} in\n{}", self.text());
    }

    /// Waits until a button can be pressed, and presses it by keyboard.
    pub fn pushes(&mut self, label: &str) {
        self.until(label, |window| {
            window
                .query_by_role_and_label(Role::Button, label)
                .is_some_and(|button| !button.accesskit_node().is_disabled())
        });
        self.is_whole();
        self.tabs_to(Role::Button, label);
        self.presses(Key::Enter);
    }

    /// Chooses one of several, and goes on.
    pub fn chooses(&mut self, label: &str, then: &str) {
        self.sees(label);
        self.tabs_to(Role::RadioButton, label);
        self.presses(Key::Enter);
        self.pushes(then);
    }

    pub fn button<'a>(&'a self, name: &'a str) -> egui_kittest::Node<'a> {
        self.window.get_by_role_and_label(Role::Button, name)
    }

    fn has_keyboard(&self, role: Role, label: &str) -> bool {
        self.window
            .query_by_role_and_label(role, label)
            .is_some_and(|node| node.is_focused())
    }

    /// Waits until this button has the keyboard.
    pub fn is_led_to(&mut self, name: &'static str) {
        self.until(name, |window| {
            window
                .query_by_role_and_label(Role::Button, name)
                .is_some_and(|button| button.is_focused())
        });
    }

    pub fn is_ready(&self, button: &str) -> bool {
        !self.button(button).accesskit_node().is_disabled()
    }

    /// Every button is inside the window's width.
    pub fn is_whole(&self) {
        for button in self.window.query_all_by_role(Role::Button) {
            let rect = button.rect();
            let inside = rect.min.x >= 0.0 && rect.max.x <= WINDOW[0];
            assert!(inside, "{:?} at {rect:?}", button.accesskit_node().label());
        }
    }

    /// The words that are on the screen, in order.
    pub fn words(&self, prefix: &str) -> Vec<String> {
        let mut words: Vec<(usize, String)> = self
            .window
            .query_all_by_label_contains(prefix)
            .filter_map(|node| {
                let node = node.accesskit_node();
                let label = node.label().or_else(|| node.value())?;
                let (number, word) = label.strip_prefix(prefix)?.split_once(": ")?;
                Some((number.parse().ok()?, word.to_owned()))
            })
            .collect();
        words.sort();
        words.dedup();
        words.into_iter().map(|(_, word)| word).collect()
    }

    /// The session's answer, once it is there.
    pub fn answer(mut self) -> T {
        self.until_finished();
        self.answer.join().unwrap()
    }

    pub fn until_finished(&mut self) {
        let begun = Instant::now();
        while !self.answer.is_finished() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "no answer; there is:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    /// What a screen reader reads out, a line a node.
    pub fn text(&self) -> String {
        self.of_every_node(|node, text| {
            for part in [node.label(), node.value()].into_iter().flatten() {
                text.push_str(&format!("{:?} {part}\n", node.role()));
            }
        })
    }

    /// Everything that a screen reader could come to know.
    pub fn all_text(&self) -> String {
        self.of_every_node(|node, text| text.push_str(&format!("{:?}\n", node.data())))
    }

    fn of_every_node(&self, say: impl Fn(&AccessKitNode<'_>, &mut String)) -> String {
        fn walk(
            node: &egui_kittest::Node<'_>,
            say: &impl Fn(&AccessKitNode<'_>, &mut String),
            text: &mut String,
        ) {
            say(&node.accesskit_node(), text);
            for child in node.children() {
                walk(&child, say, text);
            }
        }
        let mut text = String::new();
        walk(&self.window.root(), &say, &mut text);
        text
    }
}
