"""Prints the table of docs/measurement-accuracy.md: straight tubes, ten diameters, four noise levels."""

from lib.evaluation.tubes import DIAMETERS_MM, QUANTA, tube_error_mm


def main() -> None:
    """Measure all tubes and print a Markdown table of bias and SD in mm."""
    print("| Diameter | " + " | ".join(f"{quanta:.0f} quanta" for quanta in QUANTA) + " |")
    print("|---|" + "---|" * len(QUANTA))
    for diameter in DIAMETERS_MM:
        cells = [tube_error_mm(diameter, quanta) for quanta in QUANTA]
        row = " | ".join(f"{bias:+.3f} ± {spread:.3f}" for bias, spread in cells)
        print(f"| {diameter:.1f} mm | {row} |")


if __name__ == "__main__":
    main()
