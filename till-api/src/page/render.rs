//! The page as HTML. Everything that is put into it is escaped.

use jiaozi_types::agent::Language;
use jiaozi_wallet::api::till::{ChargeState, ChargeView};
use jiaozi_wallet::request::qr_svg;

use crate::language;
use crate::messages::Messages;

/// Seconds between two views of the page where there are no scripts.
const REFRESH: u32 = 5;

/// `text`, safe in HTML and in quoted attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The page of a charge.
pub fn charge(charge: &ChargeView, shop: &str, token: &str, spoken: Language, now: u64) -> String {
    let messages = Messages::of(spoken);
    let title = messages.fill("page_title", &[("shop", shop)]);
    let waits = matches!(charge.state, ChargeState::Open | ChargeState::Unclear);
    let body = match charge.state {
        ChargeState::Open => open(charge, messages, now),
        ChargeState::Unclear => told(charge, messages, "unclear", "page_unclear"),
        ChargeState::Paid => paid(charge, messages),
        ChargeState::Closed => told(charge, messages, "over", "page_closed"),
        ChargeState::Revoked => told(charge, messages, "over", "page_revoked"),
    };
    let note = charge.note.as_deref().map(|note| {
        let note = escape(note);
        format!("<p class=\"note\">{note}</p>")
    });
    let head = format!(
        "<p class=\"shop\">{}</p><h1 class=\"amount\">{}</h1>{}",
        escape(shop),
        escape(&charge.amount.text),
        note.unwrap_or_default()
    );
    frame(
        &title,
        messages,
        spoken,
        Some((token, charge.version, waits)),
        &format!("{head}{body}"),
    )
}

/// The page of a link that opens nothing, or nothing any more.
pub fn nothing(spoken: Language) -> String {
    let messages = Messages::of(spoken);
    let title = messages.text("page_nothing");
    let body = format!(
        "<h1>{}</h1><p>{}</p>",
        escape(title),
        escape(messages.text("page_nothing_next"))
    );
    frame(title, messages, spoken, None, &body)
}

fn frame(
    title: &str,
    messages: &Messages,
    spoken: Language,
    live: Option<(&str, u64, bool)>,
    body: &str,
) -> String {
    let (other, name) = match spoken {
        Language::English => ("zh-CN", "中文"),
        Language::SimplifiedChinese => ("en", "English"),
    };
    let (attributes, head) = match live {
        Some((token, version, true)) => (
            format!(
                " data-state=\"/pay/{}/state\" data-version=\"{version}\"",
                escape(token)
            ),
            format!(
                "<script src=\"/pay/page.js\" defer></script>\
                 <noscript><meta http-equiv=\"refresh\" content=\"{REFRESH}\"></noscript>"
            ),
        ),
        _ => Default::default(),
    };
    let tag = language::tag(spoken);
    let footer = messages.text("page_footer");
    format!(
        "<!doctype html>\
         <html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/pay/page.css\">{head}</head>\
         <body><header><span class=\"mark\" aria-hidden=\"true\">交</span>\
         <nav aria-label=\"{languages}\"><a href=\"?lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{name}</a></nav></header>\
         <main{attributes}>{body}</main><footer><p>{footer}</p></footer></body></html>",
        title = escape(title),
        footer = escape(footer),
        languages = escape(messages.text("page_language")),
    )
}

fn open(charge: &ChargeView, messages: &Messages, now: u64) -> String {
    let text = |key| escape(messages.text(key));
    let left = charge.expires_at.saturating_sub(now);
    let some = charge.flags.under.then(|| {
        let values = [
            ("missing", charge.missing.text.as_str()),
            ("paid", charge.paid.text.as_str()),
        ];
        let paid = messages.fill("page_rest", &values);
        format!("<p class=\"part\" role=\"status\">{}</p>", escape(&paid))
    });
    let picture = |link: &str| qr_svg(link).unwrap_or_default();
    let panel = |class: &str, picture: String, link: &str, alt: &str| {
        let link = escape(link);
        format!(
            "<section class=\"panel {class}\"><div class=\"qr\" role=\"img\" aria-label=\"{alt}\">{picture}</div>\
             <p class=\"acts\"><a class=\"button\" href=\"{link}\">{open}</a>\
             <button type=\"button\" class=\"copy\" hidden data-copy=\"{link}\" data-done=\"{copied}\">{copy}</button></p></section>",
            alt = escape(messages.text(alt)),
            open = text("page_open"),
            copy = text("page_copy"),
            copied = text("page_copied"),
        )
    };
    // A minute that has begun counts, as it does on a clock that runs down.
    let minutes = left.div_ceil(60).to_string();
    let clock = messages.fill("page_left", &[("minutes", &minutes)]);
    format!(
        "{some}<fieldset class=\"which\"><legend>{legend}</legend>\
         <input type=\"radio\" name=\"which\" id=\"ours\" checked><label for=\"ours\">{ours}</label>\
         <input type=\"radio\" name=\"which\" id=\"others\"><label for=\"others\">{others}</label>{a}{b}</fieldset>\
         <p class=\"left\" data-left=\"{left}\" data-text=\"{template}\">{clock}</p>\
         <p class=\"wait\" role=\"status\">{wait}</p>\
         <dl><dt>{code_name}</dt><dd class=\"code\">{code}</dd><dt>{address_name}</dt><dd class=\"address\">{address}</dd></dl>",
        some = some.unwrap_or_default(),
        legend = text("page_which"),
        ours = text("page_ours"),
        others = text("page_others"),
        a = panel("ours", picture(&charge.link), &charge.link, "page_qr_ours"),
        b = panel(
            "others",
            picture(&charge.ethereum_link),
            &charge.ethereum_link,
            "page_qr_others"
        ),
        template = escape(messages.text("page_clock")),
        clock = escape(&clock),
        wait = text("page_wait"),
        code_name = text("page_code"),
        code = escape(&charge.code),
        address_name = text("page_address"),
        address = escape(&charge.address),
    )
}

fn paid(charge: &ChargeView, messages: &Messages) -> String {
    let more = charge.flags.over || charge.flags.late || charge.flags.wrong_asset;
    let more = more.then(|| format!("<p>{}</p>", escape(messages.text("page_over"))));
    format!(
        "<div class=\"paid\" role=\"status\"><span class=\"tick\" aria-hidden=\"true\">✓</span>\
         <p class=\"word\">{word}</p><p class=\"big-code\"><span class=\"quiet\">{name}</span> {code}</p>{more}</div>",
        word = escape(messages.text("page_paid")),
        name = escape(messages.text("page_code")),
        code = escape(&charge.code),
        more = more.unwrap_or_default(),
    )
}

fn told(charge: &ChargeView, messages: &Messages, class: &str, key: &str) -> String {
    let next = format!("{key}_next");
    let came = (charge.paid.atoms != "0").then(|| {
        let came = messages.fill("page_part", &[("paid", &charge.paid.text)]);
        format!("<p class=\"part\">{}</p>", escape(&came))
    });
    format!(
        "<div class=\"{class}\" role=\"status\"><p class=\"word\">{}</p>{}<p>{}</p>\
         <p><span class=\"quiet\">{}</span> {}</p></div>",
        escape(messages.text(key)),
        came.unwrap_or_default(),
        escape(messages.text(&next)),
        escape(messages.text("page_code")),
        escape(&charge.code),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_put_in_is_markup() {
        let escaped = escape("<script>\"'&</script>");
        assert_eq!(escaped, "&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;");
    }
}
