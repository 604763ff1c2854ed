/** A step: what `trigger` finds is there, and nothing sticks out of the screen. */
export const fits = (trigger) => ({
    content: "Nothing sticks out of the screen",
    trigger,
    run() {
        const { scrollWidth } = document.documentElement;
        if (scrollWidth > window.innerWidth) {
            throw new Error(`The page is ${scrollWidth} wide on a screen of ${window.innerWidth}`);
        }
    },
});
