import HTTPEdge

/// One of a bounded number of permits; returned when the last reference to this object is gone.
final class AdmissionPermit: Sendable {
    private let admission: Admission
    /// The limit of its address for which the permit also counts.
    private let address: (admission: AddressAdmission, network: PeerNetwork)?

    /// - Returns: nil if there is no room.
    init?(among admission: Admission, of address: (admission: AddressAdmission, network: PeerNetwork)? = nil) {
        guard admission.enter() else { return nil }
        guard address.map({ $0.admission.enter($0.network) }) ?? true else {
            admission.leave()
            return nil
        }
        (self.admission, self.address) = (admission, address)
    }

    deinit {
        admission.leave()
        if let address { address.admission.leave(address.network) }
    }
}
