//! The helpers `date` and `commit_date`: `{{date 'YYYYMMDD' tz='Europe/Berlin'}}`.
//!
//! Time zones come from the database inside the binary, so that a tag does not depend on what a machine has installed.

use std::sync::LazyLock;

use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, RenderErrorReason, ScopedJson};
use jiff::{
    Timestamp,
    tz::{TimeZone, TimeZoneDatabase},
};

use super::moment;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Writes one time in any format and zone.
pub(super) struct DateHelper {
    /// The time, in seconds since 1970.
    pub seconds: i64,
}

impl HelperDef for DateHelper {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let name = helper.name();
        let error = |reason: String| RenderError::from(RenderErrorReason::Other(reason));
        let format = helper
            .param(0)
            .and_then(|format| format.value().as_str())
            .ok_or_else(|| error(format!("`{name}` needs a format, such as `{{{{{name} 'YYYYMMDD'}}}}`")))?;
        let mut zone = TimeZone::UTC;
        for (key, value) in helper.hash() {
            if *key != "tz" {
                return Err(error(format!("`{name}` takes `tz='ZONE'` and nothing else, and not `{key}`")));
            }
            zone = find_zone(value.value().as_str().unwrap_or_default()).map_err(error)?;
        }
        let time = Timestamp::from_second(self.seconds).map_err(|cause| error(cause.to_string()))?;
        Ok(ScopedJson::Derived(moment::format(&time.to_zoned(zone), format).into()))
    }
}

/// As moment-timezone looks it up: case does not matter, and `_` stands for `/`, too.
fn find_zone(name: &str) -> Result<TimeZone, String> {
    if let Ok(zone) = ZONES.get(name) {
        return Ok(zone);
    }
    let same = |one: &str| one.replace('/', "_").eq_ignore_ascii_case(&name.replace('/', "_"));
    let found = ZONES.available().find(|known| same(known.as_str()));
    found
        .and_then(|known| ZONES.get(known.as_str()).ok())
        .ok_or_else(|| format!("`{name}` is no time zone; write one as `Europe/Berlin`"))
}
