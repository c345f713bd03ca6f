import Hummingbird
import NIOCore

/// One HTTP request's surroundings: also its connection, for faults that end it without a word.
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
