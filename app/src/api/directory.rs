use domain::{Counts, Directory, Frame, Selection, View};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::error::ApiError;

#[server(name = FrameCall, prefix = "/api", endpoint = "frame")]
pub async fn frame() -> Result<Frame, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.frame(&ssr::actor()?).await?)
}

/// A page of the table; with `only`, of the selected people alone.
#[server(name = DirectoryCall, prefix = "/api", endpoint = "directory", input = Json)]
pub async fn directory(view: View, #[server(default)] only: Option<Selection>) -> Result<Directory, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.directory(&ssr::actor()?, &view, only.as_ref()).await?)
}

/// How many of the selected there are, and what can be done for them.
#[server(name = SelectedCall, prefix = "/api", endpoint = "selected", input = Json)]
pub async fn selected(selection: Selection) -> Result<Counts, ApiError> {
    use crate::ssr;
    Ok(ssr::desk()?.selected(&ssr::actor()?, &selection).await?)
}
