// How the detections see the source of a format.

import Detections
import LogFormats

extension CompiledFormat {
    /// The source of events of this format; that of ``PlainJSON`` answers to every log source.
    var profile: SourceProfile {
        var profile = SourceProfile(capabilities, logsource: format.logsource)
        profile.answersToAll = format.name == PlainJSON.name
        return profile
    }
}
