import RelayDomain
import RelayMessages
import SwiftProtobuf

/// The contents of a frame.
enum Received {
    /// A message of the services; its reader checks whether it is allowed on this link.
    case message(WireBody, MessageHeader)
    case hello(Hello)
    case welcome(RouterWelcome)
    /// Router time, from a router; nil from the other processes.
    case beat(Instant?)
    case goodbye
    /// The other end cannot read our version.
    case unsupportedVersion
    /// The other end could not read our message with this correlation.
    case unreadThere(correlation: UInt64, reason: String)
    /// We cannot read the message; the correlation is 0 if that could not be read either.
    case unreadable(Unreadable, correlation: UInt64)
}

/// Why a frame could not be read. Determines the counter's label and the reason in the answer.
enum Unreadable: Error, Equatable {
    /// The bytes are not an envelope.
    case noEnvelope
    /// The envelope is longer than the bound, though not so long that the socket ended the connection.
    case tooLong
    /// The envelope has more fields than any message of the relay.
    case tooManyFields
    /// A long order came right after another; it may be repeated.
    case tooSoon
    /// The envelope's version is not supported.
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

    /// The reason that the sender gets: at most a field's name, never its value.
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
    /// Whether its bytes were decoded, which is the expensive part.
    var wasDecoded: Bool {
        switch self {
        case .unreadable(.tooLong, _), .unreadable(.tooManyFields, _), .unreadable(.tooSoon, _),
            .unreadable(.version, _):
            false
        case .message, .hello, .welcome, .beat, .goodbye, .unsupportedVersion, .unreadThere,
            .unreadable(.noEnvelope, _), .unreadable(.body, _):
            true
        }
    }

    /// How deeply messages may be nested: a status in an answer to `resume` is six levels deep.
    private static let options = {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 12
        return options
    }()

    /// Reads a frame. Any bytes lead to one of the cases, at a cost that `bounds` limit.
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

    /// Of another version only `unsupported_version` is understood: it has the same number in all versions.
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
        // Encoding cannot fail for proto3 messages without extensions. If it ever does, the other end gets an empty
        // frame, which it refuses as not an envelope and counts.
        return (try? envelope.serializedBytes()) ?? []
    }
}
