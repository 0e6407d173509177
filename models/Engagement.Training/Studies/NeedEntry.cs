using System.Text.Json;
using Engagement.Core.Needs;
using Engagement.Training.Evaluation;
using Engagement.Training.Needs;
using Engagement.Training.Report;
using Engagement.Training.Report.Charts;

namespace Engagement.Training.Studies;

/// <summary>What a search asks for: public intent data sets as the yardstick, and the released prior for shops.</summary>
internal sealed class NeedEntry : IStudy
{
    private const string Command =
        "dotnet run --project models/Engagement.Training -c Release -- evaluate --need --banking77 ../shared/data/banking77 --clinc150 ../shared/data/clinc150 --bitext ../shared/data/bitext_customer_service --model models/need";

    public string Name => "need";

    public void Run(StudyContext context)
    {
        var (banking, clinc, bitext) = (context.Data("banking77"), context.Data("clinc150"), context.Data("bitext_customer_service"));
        var settings = NeedSettings.Default;
        var released = settings with { ColumnsMax = ReleasedNeedStudy.ColumnsMax };
        var data = NeedDataReader.BitextForRelease(bitext);
        var (arrays, heldOut) = ReleasedNeedStudy.Train(data, released, ReleasedNeedStudy.PrecisionDefault, NeedTopics.Retail, done => context.Progress(done / 3));
        var file = NeedRelease.Write(arrays with { Languages = ["en"] }, data, released, context.TrainedAt);
        var read = NeedModelReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        var foreign = NeedDataReader.ReadBanking77(banking, "test");
        var own = NeedDataReader.ReadBitext(bitext, "Testing");
        var figures = new NeedFigures
        {
            Seed = context.Seed,
            Banking77 = Banking77Study.Measure(banking, settings, done => context.Progress((1 + done) / 3)),
            Clinc150 = Clinc150Study.Measure(clinc, settings, done => context.Progress((2 + done) / 3)),
            Released = ReleasedNeedStudy.Measure(read.Model, file.Length, own, foreign, context.Seed) with { HeldOut = heldOut },
            Retrieval =
            [
                RetrievalStudy.Measure("BANKING77, test", foreign, context.Seed),
                RetrievalStudy.Measure("CLINC150, test", NeedDataReader.ReadClinc150(clinc).Test, context.Seed), RetrievalStudy.Measure("Bitext, test", own, context.Seed),
            ],
        };
        context.Write("need/need.json", file);
        context.Write("need/evaluation.json", JsonSerializer.Serialize(figures, NeedFiguresJson.Default.NeedFigures) + "\n");
        context.Write("need/MODEL_CARD.md", NeedCardWriter.Write(figures));
        foreach (var (name, chart) in ChartsOf(figures)) context.Write($"need/charts/{name}.svg", ChartRenderer.Svg(chart));
    }

    public StudySection? Section(StudyContext context)
    {
        if (context.TryRead("need/evaluation.json") is not { } json) return null;
        var figures = JsonSerializer.Deserialize(json, NeedFiguresJson.Default.NeedFigures)!;
        return new StudySection(
            "The need: what a search asks for",
            [
                "A linear classifier over word and character n-grams, with a threshold below which it says that it is not clear, chosen on texts held out: each clear reading is to be more probably right than wrong. The released model is a prior for shops, in English, from machine-made " +
                "questions (Bitext); a help centre's own articles and topics say more: `train need --from`. Settings were chosen by five folds of BANKING77's training part; its test part was measured with two settings in all, those before (0.916) and these.",
                "Titles are found as a visitor is shown them, with names of topics in the place of article titles. That no title answers is read wrongly so often that cards leave it out unless a site asks for it.",
            ],
            [Yardsticks(figures), .. figures.Released is { } released ? [Released(released)] : Array.Empty<FigureTable>(), .. figures.Retrieval.Select(Retrieval)],
            [.. ChartsOf(figures).Select(one => one.Chart)]);
    }

    private static FigureTable Yardsticks(NeedFigures figures) => new("Public intent data sets, test parts",
    [
        .. figures.Banking77 is not { } banking ? [] : new[]
        {
            FigureRow.Of("BANKING77, accuracy", banking.Accuracy, Command, 0.92, banking.Plain.Value, "The reference is the plain machine, nothing tuned; the interval of either holds the other."),
            FigureRow.Of("BANKING77, accuracy with the n-grams that a site's own model keeps", banking.Pruned, Command, reference: banking.Accuracy.Value),
            Number("BANKING77, expected calibration error", banking.ExpectedCalibrationError) with { LowerIsBetter = true },
        },
        .. figures.Clinc150 is not { } clinc ? [] : new[]
        {
            FigureRow.Of("CLINC150, in-scope accuracy", clinc.Accuracy, Command, 0.92, clinc.PlainAccuracy.Value),
            FigureRow.Of("CLINC150, out-of-scope recall", clinc.OutOfScopeRecall, Command, 0.65, clinc.PlainOutOfScopeRecall.Value),
            FigureRow.Of("CLINC150, ROC AUC of out-of-scope", clinc.OutOfScopeRocAuc, Command, reference: 0.5),
        },
    ]);

    private static FigureTable Released(ReleasedNeedFigures released) => new($"The released model {released.Model}",
    [
        FigureRow.Of("accuracy, its own data's test part", released.Accuracy, Command), FigureRow.Of("share that is clear", released.ClearShare, Command),
        FigureRow.Of("accuracy among the clear", released.ClearAccuracy, Command),
        FigureRow.Of("share of a bank's questions that it does not claim to understand", released.ForeignRefused, Command),
        Number("threshold", released.Threshold),
        .. released.HeldOut is not { } held ? [] : new[]
        {
            Number("share that is clear, texts held out", held.Coverage), Number("share that is clear, topics held out", held.OutOfScopeClear) with { LowerIsBetter = true },
            Number("share right among the clear, one in five out of scope", held.Precision), Number("share right around the least sure of these", held.Marginal),
        },
    ]);

    private static FigureTable Retrieval(RetrievalFigures found) => new(
        FormattableString.Invariant($"Titles found as shipped, {found.Data}: {found.Titles} titles, {found.Searches} searches; the reference is the rule before, by the share of a search's words that a title meets"),
        [
            FigureRow.Of("the right title first", found.Shipped.First, Command, reference: found.Replaced.First.Value),
            FigureRow.Of("among the three shown", found.Shipped.FirstThree, Command, reference: found.Replaced.FirstThree.Value),
            FigureRow.Of("any title shown", found.Shipped.Any, Command, reference: found.Replaced.Any.Value),
            FigureRow.Of("any title shown, where none answers", found.Shipped.AnyWhereNone, Command, reference: found.Replaced.AnyWhereNone.Value) with { LowerIsBetter = true },
            FigureRow.Of("among the first three by n-grams alone, without the gate of shared words", found.Ungated.FirstThree, Command),
            FigureRow.Of("ROC AUC of whether the title is there at all", found.ExistsRocAuc, Command, reference: 0.5),
            FigureRow.Of("said that none answers, where none does (off unless a site asks for it)", found.SaidNoneWhereNone, Command),
            FigureRow.Of("said that none answers, where one does (off unless a site asks for it)", found.SaidNoneWhereThere, Command) with { LowerIsBetter = true },
        ]);

    private static FigureRow Number(string name, double value) => FigureRow.Of(name, new Interval(value, double.NaN, double.NaN), Command);

    private static IEnumerable<(string Name, ChartSpec Chart)> ChartsOf(NeedFigures figures)
    {
        if (NeedCharts.RiskCoverage(figures) is { } risk) yield return ("risk-coverage", risk);
        if (NeedCharts.OutOfScopeRoc(figures) is { } roc) yield return ("out-of-scope-roc", roc);
    }
}
