import RelayDomain
import RelayMessages

/// What one end of a link accepts from the other, checked on a message's bytes before it is decoded.
struct MessageBounds {
    /// The longest message.
    let bytesMax: Int
    /// The most fields of its body; see ``EnvelopeOutline``.
    let fieldsMax: Int
    /// Whether ``administrationBytesMax`` and ``administrationFieldsMax`` apply to an operator's `administer`.
    var takesAdministration = false
    /// Whether it may be longer than ``bytesMax`` now: decoding a long one takes a tenth of a second.
    var takesLongAdministration = true

    /// What a hello needs. No other message is accepted before it.
    static let beforeHello = MessageBounds(bytesMax: 256, fieldsMax: 8)

    /// For messages of gateways, adapters and the ingress: 64 names to resume are 5 KiB, the longest code 6 KiB.
    private static let fromPeers = MessageBounds(bytesMax: 64 << 10, fieldsMax: 128)

    /// A whole shop in one message.
    static let administrationBytesMax = 4 << 20
    /// 100,000 entries, and room for lists that grow.
    static let administrationFieldsMax = 250_000

    /// What a router accepts at an endpoint from a peer that has said hello.
    static func router(_ endpoint: BusEndpoint, from role: PeerRole) -> MessageBounds {
        var bounds = fromPeers
        bounds.takesAdministration = endpoint == .requests && role.mayAdminister
        return bounds
    }

    /// What the other processes accept from a router: a registry, its scan rules and its pairings are long.
    static func fromRouter(_ limits: BusLimits) -> MessageBounds {
        MessageBounds(bytesMax: limits.messageBytesMax, fieldsMax: administrationFieldsMax)
    }

    /// - Returns: the message's outline, if it may be decoded.
    func judge(_ bytes: UnsafeRawBufferPointer) throws(Misfit) -> EnvelopeOutline {
        let outline: EnvelopeOutline
        do {
            outline = try EnvelopeOutline(
                bytes, fieldsMax: takesAdministration ? Self.administrationFieldsMax : fieldsMax)
        } catch {
            throw Misfit(why: bytes.count > bytesMax && !takesAdministration ? .tooLong : Unreadable(error))
        }
        let isAdministration = takesAdministration && outline.isAdministration
        guard bytes.count <= (isAdministration ? Self.administrationBytesMax : bytesMax) else {
            throw Misfit(why: .tooLong, correlation: outline.correlation)
        }
        guard isAdministration || outline.fields <= fieldsMax else {
            throw Misfit(why: .tooManyFields, correlation: outline.correlation)
        }
        guard bytes.count <= bytesMax || outline.version == WireVersion.current else {
            throw Misfit(why: .version, correlation: outline.correlation)
        }
        guard bytes.count <= bytesMax || takesLongAdministration else {
            throw Misfit(why: .tooSoon, correlation: outline.correlation)
        }
        return outline
    }

    /// Why a message is not decoded, and its correlation; 0 if that could not be read.
    struct Misfit: Error {
        let why: Unreadable
        var correlation: UInt64 = 0
    }
}

extension BusEndpoint {
    /// The longest frame that a router's socket reads; a longer one ends its connection. 64 KiB more than the longest
    /// message, so that one that is a little too long gets an answer.
    var socketBytesMax: Int {
        switch self {
        case .requests: MessageBounds.administrationBytesMax + (64 << 10)
        case .devices, .destinations: 128 << 10
        // A topic and its mark. CURVE's handshake needs as much.
        case .events: 512
        }
    }
}
