import RelayDomain
import RelayMessages
import SwiftProtobuf

/// What a frame turned out to be.
enum Received {
    /// A message of the services; whether it belongs on this link is found out by its reader.
    case message(WireBody, MessageHeader)
    case hello(Hello)
    case welcome(RouterWelcome)
    /// Router time, from a router; nil from a far end.
    case beat(Instant?)
    case goodbye
    /// The other end cannot read our version.
    case unsupportedVersion
    /// The other end could not read what we sent under this correlation.
    case unreadThere(correlation: UInt64, reason: String)
    /// We cannot read what came; the correlation is 0 where not even that could be read.
    case unreadable(Unreadable, correlation: UInt64)
}

/// Why a frame could not be read. Names the counter's label and, in the answer, the reason.
enum Unreadable: Error, Equatable {
    /// The bytes are no envelope.
    case noEnvelope
    /// The envelope is longer than the bound, though not so long that the socket ended the connection.
    case tooLong
    /// The envelope holds more than any message of the relay.
    case tooManyFields
    /// A long order came right after another; it may be repeated.
    case tooSoon
    /// The envelope's version is none of ours.
    case version
    /// The body means nothing on this link, or contradicts itself.
    case body(WireError)

    init(_ fault: EnvelopeOutline.Fault) {
        switch fault {
        case .malformed: self = .noEnvelope
        case .tooManyFields: self = .tooManyFields
        }
    }

    var label: String {
        switch self {
        case .noEnvelope: "noEnvelope"
        case .tooLong: "tooLong"
        case .tooManyFields: "tooManyFields"
        case .tooSoon: "tooSoon"
        case .version: "version"
        case .body: "body"
        }
    }

    /// What the sender is told: a field's name at most, never its value.
    var reason: String {
        switch self {
        case .noEnvelope, .tooLong, .tooManyFields, .tooSoon, .version: label
        case .body(.unexpected(let name)): "unexpected \(name)"
        case .body(.missing(let field)): "missing \(field)"
        case .body(.outOfBounds(let field)): "out of bounds: \(field)"
        }
    }
}

extension Received {
    /// Whether its bytes were decoded, whatever came of it: what costs.
    var wasDecoded: Bool {
        switch self {
        case .unreadable(.tooLong, _), .unreadable(.tooManyFields, _), .unreadable(.tooSoon, _),
            .unreadable(.version, _):
            false
        default: true
        }
    }

    /// How deep messages may lie in messages: a status in an answer to `resume` lies six deep.
    private static let options = {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 12
        return options
    }()

    /// Reads a frame. Whatever the bytes are, the answer is one of the cases, and costs no more than `bounds` allow.
    init(_ frame: inout Frame, within bounds: MessageBounds) {
        let bytes: [UInt8]
        do {
            bytes = try frame.withBytes { bytes throws(MessageBounds.Misfit) in
                _ = try bounds.judge(bytes)
                return Array(bytes)
            }
        } catch {
            self = .unreadable(error.why, correlation: error.correlation)
            return
        }
        guard let envelope = try? Baton_V1_Envelope(serializedBytes: bytes, options: Self.options) else {
            self = .unreadable(.noEnvelope, correlation: 0)
            return
        }
        guard envelope.version == WireVersion.current else {
            self = Self.ofAnotherVersion(envelope)
            return
        }
        do {
            self = try Self.read(envelope)
        } catch {
            self = .unreadable(.body(error), correlation: envelope.correlation)
        }
    }

    /// Of another version only the refusal of ours is understood: it has the same number in all of them.
    private static func ofAnotherVersion(_ envelope: Baton_V1_Envelope) -> Received {
        if case .unsupportedVersion = envelope.body { return .unsupportedVersion }
        return .unreadable(.version, correlation: envelope.correlation)
    }

    private static func read(_ envelope: Baton_V1_Envelope) throws(WireError) -> Received {
        switch envelope.body {
        case .hello(let hello): .hello(try Hello(wire: hello))
        case .welcome(let welcome): .welcome(try RouterWelcome(wire: welcome))
        case .beat(let beat): .beat(beat.time == 0 ? nil : Instant(milliseconds: beat.time))
        case .goodbye: .goodbye
        case .unsupportedVersion: .unsupportedVersion
        case .undecodable(let answer): .unreadThere(correlation: envelope.correlation, reason: answer.reason)
        case nil: throw .missing("body")
        case let body?: .message(body, MessageHeader(envelope))
        }
    }
}

extension MessageHeader {
    fileprivate init(_ envelope: Baton_V1_Envelope) {
        self.init(
            correlation: envelope.correlation,
            traceparent: envelope.traceparent.utf8.count <= Self.traceparentBytesMax ? envelope.traceparent : "",
            deadline: envelope.deadline == 0 ? nil : Instant(milliseconds: envelope.deadline))
    }

    /// The bytes of an envelope with this mark and `body`.
    func envelope(_ body: WireBody) -> [UInt8] {
        let envelope = Baton_V1_Envelope.with {
            $0.version = WireVersion.current
            $0.correlation = correlation
            $0.traceparent = traceparent
            $0.deadline = deadline?.milliseconds ?? 0
            $0.body = body
        }
        // Encoding fails only for what proto3 messages without extensions don't have. Should it ever: an empty frame
        // is read as no envelope and counted at the other end.
        return (try? envelope.serializedBytes()) ?? []
    }
}
