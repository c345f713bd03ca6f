import RelayDomain

/// Who holds a ``Tail`` that the router, the journal and the indexer share.
package protocol TailHolding {
    func with<Result: Sendable>(_ body: (inout Tail) -> Result) -> Result
}

extension TailHolding {
    /// Whether the journal may have an entry for the lookup; false is certain.
    /// - Parameter keyed: what the index knows a key by. Made before the tail is held: other threads wait for it.
    package func mayKnow(_ lookup: JournalLookup, keyed: (SubmissionKey) -> Fingerprint) -> Bool {
        switch lookup {
        case .key(let key): mayHold(keyed(key), .keys)
        case .information(let digest): mayHold(Fingerprint(digest), .codes)
        case .transaction(let id): with { $0.mayHold(id) }
        }
    }

    private func mayHold(_ fingerprint: Fingerprint, _ kind: Run.Kind) -> Bool {
        with { $0.mayHold(fingerprint, kind) }
    }
}
