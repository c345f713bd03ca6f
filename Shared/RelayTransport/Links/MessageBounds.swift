import RelayDomain
import RelayMessages

/// What one end of a link takes from the other, judged by a message's bytes before it is decoded.
struct MessageBounds {
    /// The longest message.
    let bytesMax: Int
    /// The most fields of its body; see ``EnvelopeOutline``.
    let fieldsMax: Int
    /// Whether an operator's order may have ``orderBytesMax`` and ``orderFieldsMax`` instead.
    var takesOrders = false
    /// Whether it may be longer than ``bytesMax`` now: decoding a long one takes a tenth of a second.
    var takesLongOrders = true

    /// What a hello needs. Nothing else counts before it.
    static let beforeHello = MessageBounds(bytesMax: 256, fieldsMax: 8)

    /// What gateways, adapters and the ingress say: 64 names to resume are 5 KiB, the longest code 6 KiB.
    private static let farEnd = MessageBounds(bytesMax: 64 << 10, fieldsMax: 128)

    /// A whole shop in one message.
    static let orderBytesMax = 4 << 20
    /// 100,000 entries, and room for lists that grow.
    static let orderFieldsMax = 250_000

    /// What a router takes at an endpoint from one who has said hello.
    static func router(_ endpoint: BusEndpoint, from role: PeerRole) -> MessageBounds {
        var bounds = farEnd
        bounds.takesOrders = endpoint == .requests && role.mayAdminister
        return bounds
    }

    /// What a far end takes from a router: a registry, its scan rules and its pairings are long.
    static func farEnd(_ limits: BusLimits) -> MessageBounds {
        MessageBounds(bytesMax: limits.messageBytesMax, fieldsMax: orderFieldsMax)
    }

    /// - Returns: what the message is made of, if it is worth decoding.
    func judge(_ bytes: UnsafeRawBufferPointer) throws(Misfit) -> EnvelopeOutline {
        let outline: EnvelopeOutline
        do {
            outline = try EnvelopeOutline(bytes, fieldsMax: takesOrders ? Self.orderFieldsMax : fieldsMax)
        } catch {
            throw Misfit(why: bytes.count > bytesMax && !takesOrders ? .tooLong : Unreadable(error))
        }
        let isOrder = takesOrders && outline.isOrder
        guard bytes.count <= (isOrder ? Self.orderBytesMax : bytesMax) else {
            throw Misfit(why: .tooLong, correlation: outline.correlation)
        }
        guard isOrder || outline.fields <= fieldsMax else {
            throw Misfit(why: .tooManyFields, correlation: outline.correlation)
        }
        guard bytes.count <= bytesMax || outline.version == WireVersion.current else {
            throw Misfit(why: .version, correlation: outline.correlation)
        }
        guard bytes.count <= bytesMax || takesLongOrders else {
            throw Misfit(why: .tooSoon, correlation: outline.correlation)
        }
        return outline
    }

    /// Why a message is not decoded, and what it replies to; 0 where that could not be read.
    struct Misfit: Error {
        let why: Unreadable
        var correlation: UInt64 = 0
    }
}

extension BusEndpoint {
    /// The longest frame that a router's socket reads; a longer one ends its connection. Twice of what counts, so that
    /// who says a little too much is told so.
    var socketBytesMax: Int {
        switch self {
        case .requests: MessageBounds.orderBytesMax
        case .devices, .destinations: 128 << 10
        // A topic and its mark. CURVE's own words need as much.
        case .events: 512
        }
    }
}
