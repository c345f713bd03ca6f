import RelayDomain
import Router

/// An ingress that somebody has taken over. At each end of the routers it says what is no ingress's to say, and nothing
/// may come of it.
final class SimIntruder: SimProcess {
    private lazy var ends = [RouterLinks.End.requests, .devices, .destinations].map {
        RouterLinks(of: self, at: $0, as: .ingress)
    }

    override func begin() {
        for links in ends { links.begin() }
        speak()
    }

    override func forget() { for links in ends { links.forget() } }

    /// A router serves.
    func find(_ router: SimRouter) { for links in ends { links.find(router) } }

    private func speak() {
        after(world.span(100...2_000)) { [self] in
            let links = world.pick(ends)
            if let link = links.link(to: world.pick(world.disks).journal) { speak(links, on: link) }
            speak()
        }
    }

    private func speak(_ links: RouterLinks, on link: RouterLinks.Link) {
        switch links.end {
        case .requests:
            let requests: [RouterRequest] = [.overview, .shopHistory, .getShop()]
            let request = world.pick(requests)
            tell("asks for what an operator may ask")
            links.send({ .request(request, from: $0, ReturnAddress($1, correlation: 0)) }, on: link)
        case .devices:
            let device = world.pick(
                world.shop.alone.map(Device.terminal)
                    + world.shop.paired.flatMap { [Device.terminal($0.terminal), .pos($0.pos)] })
            tell("claims \(device)")
            links.send(
                { .gateway(.claim(device, .unproven, nil), from: $0, ReturnAddress($1, correlation: 0)) }, on: link)
        case .destinations:
            tell("claims to serve the destination")
            let manifest = world.shop.manifest
            links.send({ .adapter(.ready(manifest), from: $0, $1) }, on: link)
        }
    }
}
