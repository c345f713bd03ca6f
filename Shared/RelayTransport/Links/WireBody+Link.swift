import RelayDomain
import RelayMessages
import SwiftProtobuf

// The messages of the links themselves; all others on the wire belong to the services.
extension WireBody {
    static func beat(_ time: Instant?) -> WireBody { .beat(.with { $0.time = time?.milliseconds ?? 0 }) }

    static var goodbye: WireBody { .goodbye(.init()) }

    static var ourVersions: WireBody {
        .unsupportedVersion(
            .with {
                $0.lowest = WireVersion.current
                $0.highest = WireVersion.current
            })
    }

    static func undecodable(_ why: Unreadable) -> WireBody { .undecodable(.with { $0.reason = why.reason }) }
}
