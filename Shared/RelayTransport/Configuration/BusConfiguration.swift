import CZeroMQ

/// How a process reaches the bus: address, keys and bounds.
public struct BusConfiguration: Sendable {
    /// Where to bind, or where routers are found.
    public var addresses: [BusAddress]
    /// What protects `tcp://`; `ipc://` is protected by its directory. Nil: `tcp://` is refused.
    public var security: BusSecurity?
    public var limits: BusLimits

    public init(_ addresses: [BusAddress], security: BusSecurity? = nil, limits: BusLimits = BusLimits()) {
        self.addresses = addresses
        self.security = security
        self.limits = limits
    }
}

/// What protects `tcp://`.
public enum BusSecurity: Sendable {
    /// Nothing: for a trial on one machine. The operator has said so in words.
    case insecure
    /// CURVE (https://rfc.zeromq.org/spec/26/): encrypted, and the router proves who it is.
    /// `server` is the routers' public key; a process that connects needs it, one that binds does not.
    case curve(own: CurveKeyPair, server: CurvePublicKey?)
}

/// The bounds of every socket, all of them explicit.
public struct BusLimits: Sendable {
    /// Messages that wait in each direction of one connection. Beyond: ``SendResult/full``. Admission at the ingress
    /// keeps the relay well below it.
    public var highWaterMark: Int32 = 4096
    /// The longest message in bytes that is sent, and that a far end takes from a router: a registry is long. A longer
    /// one is not sent, and ends its connection where it comes in. What a router takes is less, by endpoint and role:
    /// 64 KiB of everybody, 4 MiB of an operator's `administer`, 256 bytes before the hello.
    public var messageBytesMax = 4 << 20
    /// How long frames of a closed socket may still leave.
    public var linger: Duration = .milliseconds(500)
    /// How many peers a ``LinkServer`` keeps, and how many addresses a ``LinkClient`` connects to.
    public var peersMax = 1024
    /// How many topics one subscriber may have: one for each transaction that is watched at an ingress.
    public var subscriptionsMax = 20_000
    /// How many topics all subscribers together may listen to. Beyond it the one with most of them is shown out.
    public var subscriptionsInAllMax = 100_000
    /// Between two orders that are too long for anybody but operators: decoding one takes a tenth of a second.
    public var orderPause: Duration = .seconds(1)
    /// How long a connection to a bound socket may last without a hello.
    public var helloWait: Duration = .seconds(5)
    /// How many connections a bound socket keeps, those included that have not said hello: some more than peers, so
    /// that the one too many is told so.
    var connectionsMax: Int { peersMax + strangersMax }
    /// How many more than peers.
    var strangersMax = 64
    /// How many files of the process a router's four sockets may need: their connections, and those that libzmq has
    /// accepted before the reactor heard of it (see ``ConnectionGuard``), at most some thousand a socket.
    public var filesMax: Int { BusEndpoint.allCases.count * (connectionsMax + Self.unheardMax) }
    private static let unheardMax = 1_100

    /// Takes fewer peers, so that ``filesMax`` is no more than `files` where that can be.
    public mutating func fit(files: Int) {
        let room = files / BusEndpoint.allCases.count - Self.unheardMax - strangersMax
        peersMax = min(peersMax, max(Self.peersMin, room))
    }
    /// How few peers a router may take: a relay on one machine has a handful.
    private static let peersMin = 32
    /// How many requests of a ``LinkClient`` may wait for their reply.
    public var requestsMax = 16_384

    public init() {}
}
