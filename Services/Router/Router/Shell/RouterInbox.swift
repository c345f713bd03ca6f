/// What arrived since the last turn. Bounded: beyond ``most`` the router says that it is overloaded.
struct RouterInbox {
    /// How many inputs may wait for one turn.
    static let most = 16_384

    private var waiting: [RouterInput] = []

    var isEmpty: Bool { waiting.isEmpty }
    var isFull: Bool { waiting.count >= Self.most }

    mutating func add(_ input: RouterInput) { waiting.append(input) }

    mutating func takeAll() -> [RouterInput] {
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }
}
