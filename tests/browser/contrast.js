// A function without arguments: every visible text whose contrast with what lies behind it is
// below WCAG's AA, as {text, ratio, colour, background}. Disabled controls are exempt, as there.
() => {
  const parsed = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) =>
    [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const lineage = (element) => {
    const all = [];
    for (let each = element; each; each = each.parentElement) all.push(each);
    return all;
  };
  const behind = (element) => {
    let colour = [255, 255, 255, 1];
    for (const each of lineage(element).reverse()) {
      colour = over(parsed(getComputedStyle(each).backgroundColor), colour);
    }
    return colour;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest("script, style, noscript, :disabled, [aria-disabled=true], canvas")) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(element);
    const background = behind(element);
    const opacity = lineage(element).reduce((all, each) => all * getComputedStyle(each).opacity, 1);
    const own = parsed(element.closest("svg") ? style.fill : style.color);
    const colour = over([...own.slice(0, 3), own[3] * opacity], background);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const reached = ratio(colour, background);
    if (reached < (large ? 3 : 4.5)) {
      found.push({ text: text.slice(0, 40), ratio: reached.toFixed(2), colour: colour.join(), background: background.join() });
    }
  }
  return found;
}
