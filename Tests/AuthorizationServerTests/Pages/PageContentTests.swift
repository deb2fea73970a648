import PageReading
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Pages say")
struct PageContentTests {
    private let context = PageContext(language: .english, service: .shownInTests)

    @Test("who is signed in where, and never a password")
    func signIn() throws {
        let page = try HTMLReader(SignInPage.inTests(self.context, reason: .wrongCredentials, username: "al\"ice").page)
        #expect(page.text.contains("to continue to Notes & Tasks"))
        #expect(page.text.contains("User name or password is wrong."))
        #expect(page.input("username")?.attributes["value"] == "al\"ice")
        #expect(page.input("password")?.attributes["value"] == nil)
        #expect(page.input("password")?.attributes["aria-describedby"] == "problem")
        #expect(page.input("password")?.attributes["autofocus"] != nil)
        #expect(page.input("username")?.attributes["autocomplete"] == "username")
        #expect(page.input("password")?.attributes["autocomplete"] == "current-password")
    }

    @Test("how long somebody is locked out, without a word on whether the name is known")
    func lockedOut() throws {
        let page = SignInPage.inTests(self.context, reason: .lockedOut(Wait(.seconds(899))), username: "nobody").page
        let read = try HTMLReader(page)
        #expect(read.text.contains("Too many attempts failed. You can try again in 15 minutes."))
        #expect(read.input("username")?.attributes["aria-invalid"] == nil)
    }

    @Test("what a scope means: in the policy's words, in ours, or by its name")
    func scopes() throws {
        let page = try HTMLReader(ConsentPage.inTests(self.context).page)
        for line in ["Know who you are", "Read your items", "\nitems:share"] { #expect(page.text.contains(line)) }
        #expect(!page.text.contains("New"))
        let blank = ScopeLine(name: "items:read", explanation: "\u{200B} ")
        #expect(try HTMLReader(ConsentPage.inTests(self.context, scopes: [blank]).page).text.contains("\nitems:read"))
    }

    @Test("which scopes are new when they have changed")
    func changed() throws {
        let text = try HTMLReader(ConsentPage.inTests(self.context, occasion: .changed).page).text
        #expect(text.contains("Add and change items New\n"))
        #expect(!text.contains("Read your items New"))
    }

    @Test("where the browser goes on to, in the text and in the policy")
    func destination() throws {
        let page = ConsentPage.inTests(self.context).page
        #expect(try HTMLReader(page).text.contains("You will go on to notes.example.com."))
        #expect(page.contentSecurityPolicy.contains("form-action 'self' https://notes.example.com;"))
    }

    @Test("no before yes, as their buttons' values do")
    func decisions() throws {
        let page = try HTMLReader(ConsentPage.inTests(self.context).page)
        #expect(page.all("button").map { $0.attributes["name"] } == ["decision", "decision"])
        #expect(page.all("button").map { $0.attributes["value"] } == ["deny", "allow"])
    }

    @Test("a client without a visible name is one")
    func nameless() throws {
        let client = ClientCard(name: ForeignText("\u{200B}\u{3164}"))
        let text = try HTMLReader(SignInPage.inTests(self.context, client: client).page).text
        #expect(text.contains("to continue to an application without a name"))
    }

    @Test("which device asks, when and from where")
    func device() throws {
        let text = try HTMLReader(DeviceConfirmationPage.inTests(self.context).page).text
        for fact in ["Living-room TV", "BCDF-GHJK", "21 November 2026, 13:21 UTC", "2001:db8::4a7", "Read your items"] {
            #expect(text.contains(fact))
        }
    }

    @Test("whose access a button revokes, and send what it takes")
    func account() throws {
        let page = try HTMLReader(AccountPage.inTests(self.context).page)
        #expect(page.text.contains("Revoke Notes & Tasks"))
        let actions = page.tags.filter { $0.attributes["name"] == "action" }.map { $0.attributes["value"] }
        #expect(actions == ["revoke_access", "revoke_access", "change_password", "sign_out", "sign_out_everywhere"])
        let clients = page.tags.filter { $0.attributes["name"] == "client_id" }.map { $0.attributes["value"] }
        #expect(clients == ["notes", "tv"])
        #expect(page.tags.allSatisfy { $0.attributes["type"] != "password" || $0.attributes["value"] == nil })
    }

    @Test("no form for a password that stands in the policy")
    func managed() throws {
        let page = try HTMLReader(AccountPage.inTests(self.context, password: .managedElsewhere).page)
        #expect(page.input("new_password") == nil)
        #expect(page.text.contains("managed by whoever runs this service"))
    }

    @Test(
        "which field a refused password is about",
        arguments: [
            (AccountPassword.Problem.wrongPassword, "current_password"), (.tooShort, "new_password"),
            (.tooLong, "new_password"),
            (.unchanged, "new_password"), (.differ, "repeated_password"),
        ]
    )
    func passwordProblems(_ problem: AccountPassword.Problem, _ field: String) throws {
        let password = AccountPassword.changeable(minimumLength: 12, problem)
        let page = try HTMLReader(AccountPage.inTests(self.context, password: password).page)
        #expect(page.input(field)?.attributes["aria-invalid"] == "true")
        #expect(page.all("title").count == 1)
        #expect(page.text.contains("Error: Your account"))
    }
}
