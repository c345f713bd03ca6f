import CZeroMQ

/// How a process reaches the bus: address, keys and bounds.
public struct BusConfiguration: Sendable {
    /// Where to bind, or where routers are found.
    public var addresses: [BusAddress]
    /// What protects `tcp://`; `ipc://` is protected by its directory. Nil: `tcp://` is refused.
    public var security: BusSecurity?
    /// The bounds of the process's sockets.
    public var limits: BusLimits

    /// A configuration; without `security` only `ipc://` can be used.
    public init(_ addresses: [BusAddress], security: BusSecurity? = nil, limits: BusLimits = BusLimits()) {
        self.addresses = addresses
        self.security = security
        self.limits = limits
    }
}

/// What protects `tcp://`.
public enum BusSecurity: Sendable {
    /// Nothing: for a trial, or a network of the relay's own. The operator has allowed it explicitly.
    case insecure
    /// CURVE (https://rfc.zeromq.org/spec/26/): encrypted, and the router is authenticated. `server` is the routers'
    /// public key; a process that connects needs it, one that binds does not.
    case curve(own: CurveKeyPair, server: CurvePublicKey?)
}

/// The bounds of every socket, all of them explicit.
public struct BusLimits: Sendable {
    /// Messages that wait in each direction of one connection. Beyond that: ``SendResult/full``. Admission at the
    /// ingress keeps the relay well below it.
    public var highWaterMark: Int32 = 4096
    /// The longest message in bytes that is sent, and that other processes accept from a router: a registry is long. A
    /// longer one is not sent, and on arrival ends its connection. A router accepts less, by endpoint and role: 64 KiB,
    /// 4 MiB of an operator's `administer`, 256 bytes before the hello.
    public var messageBytesMax = 4 << 20
    /// How long frames of a closed socket may still be sent.
    public var linger: Duration = .milliseconds(500)
    /// How many peers a ``LinkServer`` keeps, and how many addresses a ``LinkClient`` connects to.
    public var peersMax = 1024
    /// How many topics one subscriber may have: one for each transaction that is watched at an ingress.
    public var subscriptionsMax = 20_000
    /// How many topics all subscribers together may have. Beyond that the one with the most is shut down.
    public var subscriptionsInAllMax = 100_000
    /// The pause between two long `administer` requests, which only operators may send: decoding one takes a tenth of a
    /// second.
    public var administrationPause: Duration = .seconds(1)
    /// How long a connection to a bound socket may last without a hello.
    public var helloWait: Duration = .seconds(5)
    /// How many connections a bound socket keeps, those included that have not said hello: some more than peers, so
    /// that the one too many is told so.
    var connectionsMax: Int { peersMax + strangersMax }
    /// How many more than peers.
    var strangersMax = 64
    /// How many files of the process a router's four sockets may need: their connections, and those that libzmq has
    /// accepted before the reactor knows of them (see ``ConnectionGuard``), about a thousand per socket.
    public var filesMax: Int { BusEndpoint.allCases.count * (connectionsMax + Self.unheardMax) }
    private static let unheardMax = 1_100

    /// Allows fewer peers, so that ``filesMax`` is at most `files` if possible.
    public mutating func fit(files: Int) {
        let room = files / BusEndpoint.allCases.count - Self.unheardMax - strangersMax
        peersMax = min(peersMax, max(Self.peersMin, room))
    }
    /// The smallest number of peers: a relay on one machine has a handful.
    private static let peersMin = 32
    /// How many requests of a ``LinkClient`` may wait for their reply.
    public var requestsMax = 16_384

    /// The default bounds.
    public init() {}
}
