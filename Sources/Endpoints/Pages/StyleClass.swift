/// The classes that the style sheet knows. A page looks right with no style sheet at all; these make it pleasant.
public enum StyleClass: String, CaseIterable, Sendable {
    // The frame.
    case brand, mark, card, wide
    // Text.
    case lead, quiet, hidden, tag, bad, links, code
    // What went well and what did not.
    case notice, problem
    // Forms.
    case field, hint, actions, secondary, danger
    // A link that is what the page is for, and several of them.
    case choice, choices
    // Lists.
    case facts, scopes, entries
}
