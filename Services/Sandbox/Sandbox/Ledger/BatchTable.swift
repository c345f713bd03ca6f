/// What a batch has before it of one kind, and what of it has changed and must be written back.
struct BatchTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var values: [Key: Value] = [:]
    private(set) var changed: Set<Key> = []

    /// Lays down what the store holds already.
    mutating func lay(_ value: Value, at key: Key) { values[key] = value }

    /// Reading gives what is before the batch; writing also notes the change. Nothing is ever taken away.
    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            values[key] = newValue
            changed.insert(key)
        }
    }

    /// Calls `write` for everything that has changed.
    func forEachChange(_ write: (Key, Value) throws -> Void) rethrows {
        for key in changed {
            if let value = values[key] { try write(key, value) }
        }
    }
}
