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
        var arrays = ReleasedNeedStudy.Train(data, released, ReleasedNeedStudy.PrecisionDefault, NeedTopics.Retail, done => context.Progress(done / 3)) with { Languages = ["en"] };
        var file = NeedRelease.Write(arrays, data, released, context.TrainedAt);
        var read = NeedModelReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        var foreign = NeedDataReader.ReadBanking77(banking, "test");
        var own = NeedDataReader.ReadBitext(bitext, "Testing");
        var figures = new NeedFigures
        {
            Seed = context.Seed,
            Banking77 = Banking77Study.Measure(banking, settings, done => context.Progress((1 + done) / 3)),
            Clinc150 = Clinc150Study.Measure(clinc, settings, done => context.Progress((2 + done) / 3)),
            Released = ReleasedNeedStudy.Measure(read.Model, file.Length, own, foreign, context.Seed),
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
                "A linear classifier over word and character n-grams, with a threshold below which it says that it is not clear, chosen on validation texts. The released model is a prior for shops, in English, from machine-made " +
                "questions (Bitext); a help centre's own articles and topics say more: `train need --from`. Retrieval is measured with names of topics in the place of article titles. Its reference counts equal words only and is weaker than the matching of word forms that titles were found by before; what is suggested to a visitor must also meet two fifths of a search's words, which these figures leave out.",
            ],
            [Yardsticks(figures), .. figures.Released is { } released ? [Released(released)] : Array.Empty<FigureTable>(), .. figures.Retrieval.Select(Retrieval)],
            [.. ChartsOf(figures).Select(one => one.Chart)]);
    }

    private static FigureTable Yardsticks(NeedFigures figures) => new("Public intent data sets, test parts",
    [
        .. figures.Banking77 is not { } banking ? [] : new[]
        {
            FigureRow.Of("BANKING77, accuracy", banking.Accuracy, Command, 0.92, banking.Plain.Value, "Missed by 0.004, and not told apart from the plain machine by its interval. Settings were compared on folds of the training part, never on the test part."),
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
    ]);

    private static FigureTable Retrieval(RetrievalFigures found) => new(
        FormattableString.Invariant($"Titles found, {found.Data}: {found.Titles} titles, {found.Searches} searches; the reference is the share of the search's words that a title has"),
        [
            FigureRow.Of("the right title first", found.First, Command, reference: found.BaselineFirst.Value),
            FigureRow.Of("among the first three", found.FirstThree, Command, reference: found.BaselineFirstThree.Value),
            FigureRow.Of("ROC AUC of whether the title is there at all", found.ExistsRocAuc, Command, reference: 0.5),
            FigureRow.Of("said that none answers, where none does", found.SaidNoneWhereNone, Command),
            FigureRow.Of("said that none answers, where one does", found.SaidNoneWhereThere, Command) with { LowerIsBetter = true },
        ]);

    private static FigureRow Number(string name, double value) => FigureRow.Of(name, new Interval(value, double.NaN, double.NaN), Command);

    private static IEnumerable<(string Name, ChartSpec Chart)> ChartsOf(NeedFigures figures)
    {
        if (NeedCharts.RiskCoverage(figures) is { } risk) yield return ("risk-coverage", risk);
        if (NeedCharts.OutOfScopeRoc(figures) is { } roc) yield return ("out-of-scope-roc", roc);
    }
}
