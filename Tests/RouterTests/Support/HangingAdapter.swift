import Dispatch
import RelayDomain
import RelayMessages
import RelayTransport

/// The bank's adapter, which says that it is ready and may hang: its link stands, and it takes nothing more.
actor HangingAdapter {
    private nonisolated let reactor = Reactor(name: "adapter")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private var link: LinkClient<AdapterMessage, AdapterOrder>?
    private let release = DispatchSemaphore(value: 0)

    /// - Parameter folder: where the router's sockets are.
    func open(at folder: String) throws {
        var bus = BusConfiguration([.ipc(directory: folder)])
        bus.limits.highWaterMark = 1
        let link = try LinkClient<AdapterMessage, AdapterOrder>(
            .destinations, bus, hello: Hello(role: .destinationAdapter, name: "adapter"), on: reactor)
        self.link = link
        link.opened = { _, _ in self.assumeIsolated { $0.tellReady() } }
    }

    private func tellReady() {
        guard
            let manifest = DestinationManifest(
                destination: ShopPeers.bank, operations: [.payment], amountRequired: false, codesReusable: false,
                visibilityDelay: .zero, concurrent: 1_000)
        else { return }
        _ = link?.send(.ready(manifest), toJournal: 0)
    }

    /// Reads nothing until ``goOn()``.
    nonisolated func hang() { reactor.execute { [release] in release.wait() } }

    nonisolated func goOn() { release.signal() }

    func close() async {
        link?.close()
        await reactor.stop()
    }
}
