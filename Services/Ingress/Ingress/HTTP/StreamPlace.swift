/// A place among the event streams, free again when nobody holds this object.
final class StreamPlace: Sendable {
    private let streams: Admission

    /// - Parameter streams: where ``Admission/enter()`` has just answered true.
    init(_ streams: Admission) { self.streams = streams }

    deinit { streams.leave() }
}
