import RelayDomain

/// Which admin port each adapter has: the same for as long as its destination is registered, so that no adapter is
/// restarted because of another one, and monitoring finds it again.
struct AdapterPorts {
    private let ports: [UInt16]
    /// Nil: there was none left, and the adapter keeps the free one that the system gave it.
    private var taken: [DestinationID: UInt16?] = [:]

    /// - Parameter ports: the available ports, in the order in which they are assigned.
    init(_ ports: [UInt16]) { self.ports = ports }

    /// Frees the ports of destinations that are gone, and assigns one to each new one, as long as there are any.
    mutating func assign(to destinations: [DestinationID]) {
        let present = Set(destinations)
        taken = taken.filter { present.contains($0.key) }
        var free = ports.filter { !taken.values.contains($0) }[...]
        for destination in destinations where taken[destination] == nil {
            taken.updateValue(free.popFirst(), forKey: destination)
        }
    }

    /// Nil: any free one.
    subscript(destination: DestinationID) -> UInt16? { taken[destination] ?? nil }
}
