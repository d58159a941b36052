//! A dialog: modal, closed by Escape, by a click beside it and by its cross; the focus goes back where it was.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::icon::{CROSS, Icon};
use crate::{parts::effect, texts::use_texts};

/// A dialog that is there as long as it is open.
#[component]
pub fn Dialog(
    /// Its name.
    title: Signal<&'static str>,
    /// Called when it is closed.
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let t = use_texts();
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // Fails only when it is shown or taken away already.
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        // Closing it, rather than only taking it away, is what gives the focus back.
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    let beside = move |event: ev::MouseEvent| {
        let hit = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        if hit.is_some() {
            close.run(());
        }
    };
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        close.run(());
    };
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="dialog-title" on:cancel=cancel on:mousedown=beside>
            <div class="dialog-body">
                <header>
                    <h2 id="dialog-title">{title}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=t.say(|t| t.close)
                        on:click=move |_| close.run(())
                    >
                        <Icon path=CROSS/>
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
