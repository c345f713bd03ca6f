/// The records of one kind that a batch needs, and which of them have changed and must be written back.
struct BatchTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var values: [Key: Value] = [:]
    private(set) var changed: Set<Key> = []

    /// Adds a record from the store.
    mutating func lay(_ value: Value, at key: Key) { values[key] = value }

    /// Reading returns a record of the batch; writing also notes the change. Nothing is ever removed.
    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            values[key] = newValue
            changed.insert(key)
        }
    }

    /// Calls `write` for every changed record.
    func forEachChange(_ write: (Key, Value) throws -> Void) rethrows {
        for key in changed {
            if let value = values[key] { try write(key, value) }
        }
    }
}
