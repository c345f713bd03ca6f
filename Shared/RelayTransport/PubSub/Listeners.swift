/// What the subscribers of a publisher listen to: topics by how they begin, as ZeroMQ subscribes.
///
/// A publisher that knows of nobody who would hear an event need not write it. Each topic is charged to the connection that
/// subscribed to it first, until nobody listens to it any more: libzmq does not tell of others' interest.
struct Listeners {
    /// The longest topic that is listened to, in bytes: a transaction ID has 37.
    static let topicBytesMax = 64

    /// By topic, the connection that it is charged to.
    private var owners: [[UInt8]: Int32] = [:]
    /// How many topics each connection is charged with.
    private var charges: [Int32: Int] = [:]
    /// How many topics of each length there are: a topic is looked up once for each length.
    private var lengths: [Int: Int] = [:]

    /// How many topics are listened to.
    var count: Int { owners.count }

    func charge(of connection: Int32) -> Int { charges[connection, default: 0] }

    /// The connection that is charged with most.
    var heaviest: Int32? { charges.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }

    /// Takes what an XPUB socket reads: a byte that says whether a subscription begins (1) or ends (0), and its topic.
    /// - Parameter connection: whose word it is; negative where libzmq takes back what one listened to who has left.
    /// - Returns: false if the topic is longer than any of ours.
    mutating func subscriptionChanged(_ message: UnsafeRawBufferPointer, from connection: Int32) -> Bool {
        guard let first = message.first else { return true }
        let topic = Array(message.dropFirst())
        switch first {
        case 1:
            guard topic.count <= Self.topicBytesMax else { return false }
            guard owners[topic] == nil else { break }
            owners[topic] = connection
            charges[connection, default: 0] += 1
            lengths[topic.count, default: 0] += 1
        case 0:
            guard let owner = owners.removeValue(forKey: topic) else { break }
            charges[owner] = charges[owner].flatMap { $0 > 1 ? $0 - 1 : nil }
            lengths[topic.count] = lengths[topic.count].flatMap { $0 > 1 ? $0 - 1 : nil }
        default: break  // A subscriber's own message, which nobody asked for.
        }
        return true
    }

    /// A connection has ended: what it is charged with and others still listen to is nobody's.
    mutating func left(_ connection: Int32) {
        guard charges.removeValue(forKey: connection) != nil else { return }
        for (topic, owner) in owners where owner == connection { owners[topic] = Self.nobody }
    }
    private static let nobody: Int32 = -1

    /// Whether somebody would hear an event of this topic.
    func hasSubscriber(_ topic: String) -> Bool {
        guard !owners.isEmpty else { return false }
        let bytes = Array(topic.utf8)
        return lengths.keys.contains { $0 <= bytes.count && owners[Array(bytes.prefix($0))] != nil }
    }
}
