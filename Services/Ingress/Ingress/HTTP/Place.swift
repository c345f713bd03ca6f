/// A place among those that were let in, free again when nobody holds this object.
final class Place: Sendable {
    private let admission: Admission

    /// - Returns: nil if there is no room.
    init?(among admission: Admission) {
        guard admission.enter() else { return nil }
        self.admission = admission
    }

    deinit { admission.leave() }
}
