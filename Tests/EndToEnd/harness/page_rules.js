// Evaluated in a page: every rule that it breaks, as a sentence. None means that all is well.
(() => {
  const broken = [];
  const claim = (holds, sentence) => { if (!holds) broken.push(sentence); };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (element) => `<${element.localName} ${element.id || element.name || element.textContent.slice(0, 30)}>`;

  // The document.
  claim(["en", "de"].includes(document.documentElement.lang), "the language is not said");
  claim(document.title.trim() !== "", "there is no title");
  claim(document.compatMode === "CSS1Compat", "the browser reads the page as one of the nineties");
  for (const element of ["h1", "main", "header"]) claim(all(element).length === 1, `there is not one ${element}`);
  const levels = all("h1, h2, h3, h4").map((heading) => Number(heading.localName[1]));
  claim(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1), "a level of headings is left out");
  const ids = all("[id]").map((element) => element.id);
  claim(new Set(ids).size === ids.length, "an id stands twice");
  for (const attribute of ["for", "aria-describedby", "aria-labelledby"]) {
    for (const element of all(`[${attribute}]`)) {
      const known = element.getAttribute(attribute).split(" ").every((id) => ids.includes(id));
      claim(known, `${attribute} of ${named(element)} points nowhere`);
    }
  }

  // Nothing that runs, nothing from elsewhere, nothing that changes the order of the keyboard.
  claim(all("script, img, link, iframe, object, embed, svg, base, [style], [src], [tabindex]").length === 0, "a forbidden element");
  for (const element of all("*")) {
    claim(![...element.attributes].some(({ name }) => name.startsWith("on")), `${named(element)} has a handler`);
  }
  for (const link of all("a")) claim(["http:", "https:"].includes(link.protocol), `${named(link)} is no link to a page`);

  // Forms.
  for (const form of all("form")) {
    claim(form.method === "post" && form.getAttribute("action").startsWith("/"), "a form does not post to a path");
    claim(form.elements.namedItem("csrf") || form.elements.namedItem("flow"), "a form without its hidden fields");
  }
  for (const input of all("input:not([type=hidden], [hidden])")) {
    claim(input.labels.length === 1 && input.labels[0].textContent.trim() !== "", `${named(input)} has no label`);
    claim(input.autocomplete !== "", `${named(input)} does not say what belongs there`);
    claim(input.type !== "password" || !input.hasAttribute("value"), `${named(input)} has a value`);
  }
  for (const target of all("input:not([type=hidden], [hidden]), button, .choice")) {
    const box = target.getBoundingClientRect();
    claim(box.height >= 44 && box.width >= 44, `${named(target)} is too small for a finger`);
  }
  claim(document.documentElement.scrollWidth <= window.innerWidth, "the page is wider than the screen");

  // WCAG 2.2: 1.4.3 for text, 1.4.11 for the edges of what can be filled in.
  const parse = (colour) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
  };
  const over = (front, back) => front.rgb.map((part, index) => part * front.alpha + back[index] * (1 - front.alpha));
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, ground(element.parentElement));
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (front, back) => {
    const [low, high] = [luminance(over(parse(front), back)), luminance(back)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  for (const element of all("body *").filter((element) => element.checkVisibility() && hasText(element))) {
    const ratio = contrast(getComputedStyle(element).color, ground(element));
    claim(ratio >= 4.5, `${named(element)} has a contrast of ${ratio.toFixed(2)}`);
  }
  for (const input of all("input:not([type=hidden], [hidden])")) {
    const ratio = contrast(getComputedStyle(input).borderTopColor, ground(input));
    claim(ratio >= 3, `the edge of ${named(input)} has a contrast of ${ratio.toFixed(2)}`);
  }
  return broken;
})()
