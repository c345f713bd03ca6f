import Hummingbird
import NIOCore

/// The context of one HTTP request, with its connection, for faults that close it without an answer.
struct SandboxContext: RequestContext {
    /// The most bytes of a request's body.
    static let bodyMax = 16_384

    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
