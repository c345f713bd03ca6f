/// Who holds a ``Tail`` that the router, the journal and the indexer share.
package protocol TailHolding {
    func with<Result: Sendable>(_ body: (inout Tail) -> Result) -> Result
}
