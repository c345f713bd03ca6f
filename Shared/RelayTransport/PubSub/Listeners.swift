/// What the subscribers of a publisher listen to: topics by how they begin, as ZeroMQ subscribes.
///
/// A publisher that knows of nobody who would hear an event need not write it.
struct Listeners {
    private var prefixes: Set<[UInt8]> = []
    /// How many prefixes of each length there are: a topic is looked up once for each length.
    private var lengths: [Int: Int] = [:]

    /// Takes what an XPUB socket reads: a byte that says whether a subscription begins (1) or ends (0), and its prefix.
    /// - Returns: by how much the number of prefixes has changed.
    mutating func take(_ message: UnsafeRawBufferPointer) -> Int {
        guard let first = message.first else { return 0 }
        let before = prefixes.count
        let prefix = Array(message.dropFirst())
        switch first {
        case 1:
            if prefixes.insert(prefix).inserted { lengths[prefix.count, default: 0] += 1 }
        case 0:
            guard prefixes.remove(prefix) != nil, let count = lengths[prefix.count] else { break }
            lengths[prefix.count] = count > 1 ? count - 1 : nil
        default: break  // A subscriber's own message, which nobody asked for.
        }
        return prefixes.count - before
    }

    /// Whether somebody would hear an event of this topic.
    func hear(_ topic: String) -> Bool {
        guard !prefixes.isEmpty else { return false }
        let bytes = Array(topic.utf8)
        return lengths.keys.contains { $0 <= bytes.count && prefixes.contains(Array(bytes.prefix($0))) }
    }
}
