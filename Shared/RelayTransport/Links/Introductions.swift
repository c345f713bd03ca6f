import RelayDomain
import RelayMessages
import SwiftProtobuf

/// The first words on a link, from the process that connected.
public struct Hello: Hashable, Sendable {
    /// The longest name in bytes.
    public static let nameBytesMax = 64

    public let role: PeerRole
    /// The process's own name, for logs.
    public let name: String

    public init(role: PeerRole, name: String) {
        self.role = role
        self.name = name
    }

    init(wire: Baton_V1_Hello) throws(WireError) {
        guard let role = PeerRole(rawValue: wire.role) else { throw .outOfBounds("role") }
        guard wire.name.utf8.count <= Self.nameBytesMax else { throw .outOfBounds("name") }
        self.init(role: role, name: wire.name)
    }

    /// Who says it, as far as a router knows: nothing proves a hello.
    var caller: Caller { Caller(role, .said(name: name)) }

    var wire: WireBody {
        .hello(
            .with {
                $0.role = role.rawValue
                $0.name = name
            })
    }
}

/// A router's answer to a hello. Nothing else is sent before it.
public struct RouterWelcome: Hashable, Sendable {
    /// The journal that this router writes, and how many there are.
    public let journal: UInt8
    public let journals: UInt8
    /// Grows each time a router claims the journal: the higher term is the newer writer.
    public let term: UInt64
    /// The router's time.
    public let time: Instant
    /// The router's own name, for logs.
    public let name: String

    public init(journal: UInt8, journals: UInt8, term: UInt64, time: Instant, name: String) {
        self.journal = journal
        self.journals = journals
        self.term = term
        self.time = time
        self.name = name
    }

    init(wire: Baton_V1_Welcome) throws(WireError) {
        guard let journals = UInt8(exactly: wire.journals), let journal = UInt8(exactly: wire.journal),
            journal < journals
        else { throw .outOfBounds("journal") }
        guard wire.name.utf8.count <= Hello.nameBytesMax else { throw .outOfBounds("name") }
        self.init(
            journal: journal, journals: journals, term: wire.term, time: Instant(milliseconds: wire.time),
            name: wire.name)
    }

    var wire: WireBody {
        .welcome(
            .with {
                $0.journal = UInt32(journal)
                $0.journals = UInt32(journals)
                $0.term = term
                $0.time = time.milliseconds
                $0.name = name
            })
    }
}
