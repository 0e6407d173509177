using System.Globalization;
using System.Text;
using Engagement.Core.Privacy;
using Xunit.Abstractions;

namespace Engagement.Core.Tests.Privacy;

/// <summary>How much of what is personal the masking finds, and how much of the rest it takes along, on the labelled lists beside this file.</summary>
public sealed class MaskingMeasureTests(ITestOutputHelper output)
{
    private static readonly string[] s_kinds = ["email", "phone", "card", "iban", "id", "secret"];

    /// <summary>
    /// Found: the stretch is no longer there, under whatever marker. Right: a marker of its kind where one is expected, and everything else of the text
    /// left as it was; else every marker of the text that is too many counts as wrong. The masking was mended on the first list, so it is to reach more there
    /// than on the second, which was written afterwards.
    /// </summary>
    [Theory]
    [InlineData("masking-cases.tsv", 600, 0.95, 0.95, 0.99)]
    [InlineData("masking-cases-unseen.tsv", 200, 0.65, 0.9, 0.95)]
    public void Masking_OfALabelledList_ReachesItsFloors(string list, int linesMin, double recallMin, double precisionMin, double harmlessLeftMin)
    {
        var cases = MaskingCase.Read(list);
        var kinds = s_kinds.ToDictionary(kind => kind, _ => new Counts());
        var harmless = new SortedDictionary<string, (int Left, int All)>(StringComparer.Ordinal);
        foreach (var item in cases)
        {
            var masked = Mask(item);
            if (masked != item.Expected) output.WriteLine($"{item.Class}: {item.Text} -> {masked}");
            Count(item, masked, kinds);
            if (item.Personal.Count > 0) continue;
            var (left, all) = harmless.GetValueOrDefault(item.Class);
            harmless[item.Class] = (left + (masked == item.Text ? 1 : 0), all + 1);
        }
        Print(kinds, harmless);

        Assert.InRange(cases.Count, linesMin, int.MaxValue);
        Assert.All(kinds, kind =>
        {
            Assert.InRange(kind.Value.Labelled, linesMin / 16, int.MaxValue);
            Assert.InRange(kind.Value.Recall, recallMin, 1);
            Assert.InRange(kind.Value.Precision, precisionMin, 1);
        });
        Assert.InRange((double)harmless.Values.Sum(h => h.Left) / harmless.Values.Sum(h => h.All), harmlessLeftMin, 1);
    }

    private static void Count(MaskingCase item, string masked, Dictionary<string, Counts> kinds)
    {
        var expected = item.Personal.GroupBy(p => p.Kind).ToDictionary(g => g.Key, g => g.Count());
        foreach (var (kind, text) in item.Personal)
        {
            kinds[kind].Labelled++;
            if (!masked.Contains(text, StringComparison.Ordinal) && MaskingCase.MarkersOf(masked).Any() && !HoldsDigitsOf(masked, text)) kinds[kind].Found++;
        }
        foreach (var marker in MaskingCase.MarkersOf(masked).GroupBy(m => m))
        {
            var right = masked == item.Expected ? marker.Count() : Math.Min(marker.Count(), expected.GetValueOrDefault(marker.Key));
            kinds[marker.Key].Right += right;
            kinds[marker.Key].Wrong += marker.Count() - right;
        }
    }

    /// <summary>Half a number is not masked: no four digits of it in a row may be left.</summary>
    private static bool HoldsDigitsOf(string masked, string text)
    {
        var (left, sought) = (Digits(masked), Digits(text));
        return Enumerable.Range(0, Math.Max(0, sought.Length - 3)).Any(i => left.Contains(sought.Substring(i, 4), StringComparison.Ordinal));
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    private void Print(Dictionary<string, Counts> kinds, SortedDictionary<string, (int Left, int All)> harmless)
    {
        output.WriteLine("kind    labelled  recall  precision");
        foreach (var (kind, c) in kinds)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-8}{c.Labelled,8}  {c.Recall,6:P1}  {c.Precision,9:P1}"));
        foreach (var (label, (left, all)) in harmless) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"harmless {label,-9} {left}/{all} left as they are"));
    }

    private static string Mask(MaskingCase item)
    {
        var utf8 = Encoding.UTF8.GetBytes(item.Text);
        var room = new byte[PersonalDataMasker.MaskedBytesMax(utf8.Length)];
        return PersonalDataMasker.TryMask(utf8, item.Scope, room, out var written) ? Encoding.UTF8.GetString(room, 0, written) : item.Text;
    }

    private sealed class Counts
    {
        public int Labelled, Found, Right, Wrong;
        public double Recall => (double)Found / Math.Max(1, Labelled);
        public double Precision => (double)Right / Math.Max(1, Right + Wrong);
    }
}
