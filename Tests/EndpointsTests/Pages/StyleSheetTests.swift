import Testing

@testable import Endpoints

@Suite("The style sheet")
struct StyleSheetTests {
    @Test("knows the classes of pages, and no others")
    func classes() {
        let known = Set(StyleSheet.text.matches(of: #/\.([a-z]+)[^a-z0-9;}%]/#).map { String($0.1) })
        #expect(known == Set(StyleClass.allCases.map(\.rawValue)))
    }

    @Test("uses the colours that it names, and names each of them for light and for dark")
    func colours() {
        let named = StyleSheet.text.matches(of: #/(--[a-z-]+):/#).map { String($0.1) }
        let used = Set(StyleSheet.text.matches(of: #/var\((--[a-z-]+)\)/#).map { String($0.1) })
        #expect(Set(named) == used)
        #expect(used.allSatisfy { name in named.count { $0 == name } == 2 })
    }

    @Test("fetches nothing, and is small enough to stand in every page")
    func small() {
        for word in ["url(", "@import", "@font-face", "http", "</"] { #expect(!StyleSheet.text.contains(word)) }
        #expect(StyleSheet.text.utf8.count < 6 * 1024)
    }
}
