/// Where things are in the picture, in pixels.
private enum Layout {
    static let width = 960.0
    static let height = 240.0  // Of one chart.
    static let left = 70.0
    static let right = 200.0
    static let top = 34.0
    static let bottom = 24.0
    static let colors = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf"]

    static var plotWidth: Double { width - left - right }
    static var plotHeight: Double { height - top - bottom }
}

extension BenchHistory {
    /// One chart below the other, as SVG: the newest runs from left to right, each chart from 0 up.
    var svg: String {
        let drawn = Array(runs.suffix(Self.drawnMax))
        let charts = Chart.allCases.filter { chart in drawn.contains { $0.figures[chart.rawValue] != nil } }
        let size = "width=\"\(Layout.width.pixels)\" height=\"\((Layout.height * Double(charts.count)).pixels)\""
        let parts = charts.enumerated().map { index, chart in
            "<g transform=\"translate(0 \((Double(index) * Layout.height).pixels))\">\n\(Self.draw(chart, drawn))</g>\n"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" \(size) font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            \(parts.joined())</svg>

            """
    }

    private static func draw(_ chart: Chart, _ runs: [Run]) -> String {
        let names = Set(runs.flatMap { $0.figures[chart.rawValue].map { Array($0.keys) } ?? [] }).sorted()
        let greatest = runs.flatMap { $0.figures[chart.rawValue].map { Array($0.values) } ?? [] }.max() ?? 0
        let scale = greatest > 0 ? Layout.plotHeight / greatest : 0
        let bottom = Layout.top + Layout.plotHeight
        let end = Layout.left + Layout.plotWidth
        var text = """
            <text x="\(Layout.left.pixels)" y="20" font-weight="bold">\(chart.rawValue)</text>
            <path d="M\(Layout.left.pixels) \(Layout.top.pixels)V\(bottom.pixels)H\(end.pixels)" fill="none" stroke="#888"/>
            <text x="\((Layout.left - 6).pixels)" y="\((Layout.top + 4).pixels)" text-anchor="end">\(greatest.figure)</text>
            <text x="\((Layout.left - 6).pixels)" y="\(bottom.pixels)" text-anchor="end">0</text>

            """
        for (run, anchor, x) in [(runs.first, "start", Layout.left), (runs.count > 1 ? runs.last : nil, "end", end)] {
            guard let run else { continue }
            text +=
                "<text x=\"\(x.pixels)\" y=\"\((bottom + 16).pixels)\" text-anchor=\"\(anchor)\">\(run.day)</text>\n"
        }
        for (index, name) in names.enumerated() {
            let points = runs.enumerated().compactMap { place, run in
                run.figures[chart.rawValue]?[name].map { value in
                    (x: x(place, of: runs.count), y: bottom - value * scale, run: run, value: value)
                }
            }
            text += draw(points.map { ($0.x, $0.y, "\(name): \($0.value.figure), \($0.run.at)") }, index, name)
        }
        return text
    }

    /// One line with its points, and its name on the right.
    private static func draw(_ points: [(x: Double, y: Double, title: String)], _ index: Int, _ name: String) -> String
    {
        let color = Layout.colors[index % Layout.colors.count]
        let line = points.map { "\($0.x.pixels),\($0.y.pixels)" }.joined(separator: " ")
        let dots = points.map {
            "<circle cx=\"\($0.x.pixels)\" cy=\"\($0.y.pixels)\" r=\"3\"><title>\($0.title)</title></circle>"
        }
        let label = (x: Layout.width - Layout.right + 16, y: Layout.top + 12 + 18 * Double(index))
        return """
            <g fill="\(color)"><polyline points="\(line)" fill="none" stroke="\(color)" stroke-width="1.5"/>\
            \(dots.joined())<text x="\(label.x.pixels)" y="\(label.y.pixels)">\(name)</text></g>

            """
    }

    private static func x(_ place: Int, of count: Int) -> Double {
        Layout.left + (count > 1 ? Layout.plotWidth * Double(place) / Double(count - 1) : Layout.plotWidth / 2)
    }
}

extension BenchHistory.Run {
    fileprivate var day: Substring { at.prefix(10) }
}

extension Double {
    fileprivate var pixels: String { digits(1) }
    fileprivate var figure: String { self < 1 ? digits(3) : self < 100 ? digits(1) : grouped }
}
