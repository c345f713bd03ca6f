/// The subscriptions at a publisher: topics by their prefix, as ZeroMQ matches them.
///
/// An event without subscribers need not be written. Each topic is charged to the connection that subscribed to it
/// first, until it leaves or the topic has no subscriber any more: libzmq does not report further subscribers of a
/// topic.
struct Listeners {
    /// The longest topic that is accepted, in bytes: a transaction ID has 37.
    static let topicBytesMax = 64

    /// By topic, the account that it is charged to. A connection that has left has no account.
    private var owners: [[UInt8]: Account] = [:]
    /// The account of each connection that is charged with a topic.
    private var accounts: [Int32: Account] = [:]
    private var charges: [Account: Int] = [:]
    private var accountsMade: Account = 0
    /// How many topics of each length there are: a topic is looked up once for each length.
    private var lengths: [Int: Int] = [:]

    /// A file may belong to another connection later, an account may not.
    private typealias Account = UInt64

    /// How many topics are charged to open connections.
    private(set) var charged = 0

    func charge(of connection: Int32) -> Int { accounts[connection].flatMap { charges[$0] } ?? 0 }

    /// The connection that is charged with the most topics.
    var heaviest: Int32? {
        accounts.max { (charge(of: $0.key), $1.key) < (charge(of: $1.key), $0.key) }?.key
    }

    /// Handles a message of an XPUB socket: a byte that says whether a subscription begins (1) or ends (0), and its
    /// topic.
    /// - Parameter connection: the sender; negative if libzmq ends a subscription of a connection that has left.
    /// - Returns: false if the topic is longer than any topic of the relay.
    mutating func subscriptionChanged(_ message: UnsafeRawBufferPointer, from connection: Int32) -> Bool {
        guard let first = message.first else { return true }
        let topic = Array(message.dropFirst())
        switch first {
        case 1:
            guard topic.count <= Self.topicBytesMax else { return false }
            guard owners[topic] == nil else { break }
            let account = account(of: connection)
            owners[topic] = account
            charges[account, default: 0] += 1
            charged += 1
            lengths[topic.count, default: 0] += 1
        case 0:
            guard let owner = owners.removeValue(forKey: topic) else { break }
            lengths[topic.count] = lengths[topic.count].flatMap { $0 > 1 ? $0 - 1 : nil }
            guard let charge = charges[owner] else { break }
            charges[owner] = charge - 1
            charged -= 1
        default: break  // An unexpected message of a subscriber.
        }
        return true
    }

    /// A connection has ended: its topics are no longer charged.
    mutating func left(_ connection: Int32) {
        guard let account = accounts.removeValue(forKey: connection) else { return }
        charged -= charges.removeValue(forKey: account) ?? 0
    }

    /// Whether no topic has a subscriber.
    var isEmpty: Bool { owners.isEmpty }

    /// Whether this topic has a subscriber.
    func hasSubscriber(_ topic: String) -> Bool {
        let bytes = Array(topic.utf8)
        return lengths.keys.contains { $0 <= bytes.count && owners[Array(bytes.prefix($0))] != nil }
    }

    private mutating func account(of connection: Int32) -> Account {
        if let account = accounts[connection] { return account }
        accountsMade += 1
        accounts[connection] = accountsMade
        return accountsMade
    }
}
