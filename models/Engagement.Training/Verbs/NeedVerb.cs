using System.CommandLine;
using System.Text.Json;
using Engagement.Core.Needs;
using Engagement.Training.Needs;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>train need</c> and <c>evaluate --need</c>: what a search asks for.</summary>
internal static class NeedVerb
{
    public static Command CreateTrain()
    {
        var from = new Option<string?>("--from") { Description = "A site's own examples: FILE.csv (text, topic) or articles.json (topic, title, text)." };
        var banking = new Option<string?>("--banking77") { Description = "Folder of BANKING77." };
        var bitext = new Option<string?>("--bitext") { Description = "Folder of Bitext's customer service sample: the released prior." };
        var language = new Option<string>("--language") { DefaultValueFactory = _ => "en", Description = "Language tags of the texts, separated by commas; empty: any." };
        var precision = new Option<double>("--precision")
        {
            DefaultValueFactory = _ => ReleasedNeedStudy.PrecisionDefault, Description = "Share of clear readings that are to be right, by texts held out.",
        };
        var ngrams = new Option<int?>("--ngrams-max")
        {
            Description = $"N-grams kept, those whose weights move most; 0: all. Default: {ReleasedNeedStudy.ColumnsMax}, and all for --banking77, whose accuracy is measured so.",
        };
        var output = new Option<string>("--out") { Required = true, Description = "Folder for need.json." };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => NeedSettings.Default.Seed, Description = "Of folds and trainer." };
        var trainedAt = new Option<string>("--trained-at")
        {
            DefaultValueFactory = _ => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            Description = "Date for the manifest and the version; give it to get the same bytes again. Default: today.",
        };
        var command = new Command("need", "What a search asks for, from a site's own topics or a public data set.") { from, banking, bitext, language, precision, ngrams, output, seed, trainedAt };
        command.SetAction(parsed =>
        {
            var (data, names) = DataOf(parsed.GetValue(from), parsed.GetValue(banking), parsed.GetValue(bitext));
            var ngramsMax = parsed.GetValue(ngrams) ?? (parsed.GetValue(banking) is null ? ReleasedNeedStudy.ColumnsMax : 0);
            if (ngramsMax is < 0 or > Core.Limits.NeedNgramsMax) throw new TrainingException($"--ngrams-max is a whole number from 0 to {Core.Limits.NeedNgramsMax}.");
            var settings = NeedSettings.Default with { Seed = parsed.GetRequiredValue(seed), ColumnsMax = ngramsMax };
            var share = parsed.GetRequiredValue(precision);
            if (share is not (> 0 and < 1)) throw new TrainingException("--precision is a share between 0 and 1.");
            var (arrays, heldOut) = Watched("texts held out, then all", progress => ReleasedNeedStudy.Train(data, settings, share, names, progress));
            arrays = arrays with { Languages = [.. parsed.GetRequiredValue(language).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] };
            AnsiConsole.MarkupLineInterpolated($"held out: {HeldOutText(heldOut)}");
            return Write(NeedRelease.Write(arrays, data, settings, parsed.GetRequiredValue(trainedAt)), parsed.GetRequiredValue(output));
        });
        return command;
    }

    /// <summary>Adds the options of <c>evaluate --need</c>; what is given back runs them, or gives null where they were not asked for.</summary>
    public static Func<ParseResult, string?, string?, long, int?> AddTo(Command evaluate)
    {
        var need = new Option<string?>("--need")
        {
            Arity = ArgumentArity.ZeroOrOne, Description = "The need: FILE.csv (text, topic) for the model of --model, or without a file the public data sets named beside it.",
        };
        var banking = new Option<string?>("--banking77") { Description = "With --need: folder of BANKING77." };
        var clinc = new Option<string?>("--clinc150") { Description = "With --need: folder of CLINC150." };
        var bitext = new Option<string?>("--bitext") { Description = "With --need: folder of Bitext's sample, for the model of --model." };
        foreach (var option in new[] { need, banking, clinc, bitext }) evaluate.Add(option);
        return (parsed, model, output, seed) => parsed.GetResult(need) is null
            ? null
            : Evaluate(parsed.GetValue(need), parsed.GetValue(banking), parsed.GetValue(clinc), parsed.GetValue(bitext), model, output, seed);
    }

    private static int Evaluate(string? own, string? banking, string? clinc, string? bitext, string? folder, string? output, long seed)
    {
        if ((own, banking, clinc, bitext) is (null, null, null, null))
            throw new TrainingException("Say what to measure on: --need FILE.csv --model FOLDER, or --need with --banking77, --clinc150, --bitext.");
        var settings = NeedSettings.Default;
        var (model, bytes) = folder is null ? default : Load(folder);
        if (own is not null || bitext is not null)
        {
            if (model is null) throw new TrainingException("Say which model: --model FOLDER.");
        }
        var figures = new NeedFigures
        {
            Seed = seed,
            Banking77 = banking is null ? null : Watched("BANKING77", progress => Banking77Study.Measure(banking, settings, progress)),
            Clinc150 = clinc is null ? null : Watched("CLINC150", progress => Clinc150Study.Measure(clinc, settings, progress)),
            Released = own is null && bitext is null ? null : ReleasedNeedStudy.Measure(
                model!, bytes, own is not null ? NeedDataReader.ReadOwn(own).Examples : NeedDataReader.ReadBitext(bitext!, "Testing"),
                banking is null ? null : NeedDataReader.ReadBanking77(banking, "test"), seed),
            Retrieval =
            [
                .. banking is null ? [] : (RetrievalFigures[])[RetrievalStudy.Measure("BANKING77, test", NeedDataReader.ReadBanking77(banking, "test"), seed)],
                .. clinc is null ? [] : (RetrievalFigures[])[RetrievalStudy.Measure("CLINC150, test", NeedDataReader.ReadClinc150(clinc).Test, seed)],
                .. bitext is null ? [] : (RetrievalFigures[])[RetrievalStudy.Measure("Bitext, test", NeedDataReader.ReadBitext(bitext, "Testing"), seed)],
            ],
        };
        NeedTables.Print(figures);
        if (output is null) return 0;
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "evaluation.json"), JsonSerializer.Serialize(figures, NeedFiguresJson.Default.NeedFigures) + "\n");
        return 0;
    }

    private static (NeedModel Model, int Bytes) Load(string folder)
    {
        var path = Path.Combine(folder, "need.json");
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        var bytes = File.ReadAllBytes(path);
        var read = NeedModelReader.Read(bytes);
        return read.IsOk ? (read.Model, bytes.Length) : throw new TrainingException($"{path}: {read}");
    }

    private static (NeedData Data, IReadOnlyList<NeedTopic>? Names) DataOf(string? from, string? banking, string? bitext) => (from, banking, bitext) switch
    {
        ({ } file, null, null) => (NeedDataReader.ReadOwn(file), null),
        (null, { } folder, null) => (new NeedData(
            NeedDataReader.ReadBanking77(folder, "train"), "BANKING77, training part", NeedDataReader.Sha256(Path.Combine(folder, "train.csv")), NeedDataReader.Banking77Credit), null),
        (null, null, { } folder) => (NeedDataReader.BitextForRelease(folder), NeedTopics.Retail),
        _ => throw new TrainingException("Say what to learn from, one of: --from FILE, --banking77 FOLDER, --bitext FOLDER."),
    };

    private static string HeldOutText(HeldOutFigures of) => FormattableString.Invariant(
        $"{of.Coverage:F3} of {of.Texts} texts clear, {of.OutOfScopeClear:F3} of {of.OutOfScopeTexts} of other topics; of the clear {of.Precision:F3} right, of the least sure {of.Marginal:F3} (with {of.OutOfScopeShare:F2} of all out of scope)");

    private static int Write(byte[] file, string folder)
    {
        // The file as written must be the file as read: what a site will do with it.
        var read = NeedModelReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "need.json"), file);
        AnsiConsole.MarkupLineInterpolated(
            $"{read.Model.Version}: {read.Model.Topics.Length} topics, {read.Model.Arrays.Hashes.Length} n-grams, clear from {read.Model.Arrays.Clarity.Threshold:F3}, {file.Length} bytes in {Path.Combine(folder, "need.json")}");
        return 0;
    }

    private static T Watched<T>(string what, Func<Action<double>, T> work) => AnsiConsole.Progress().Start(context =>
    {
        var task = context.AddTask(what, maxValue: 1);
        return work(done => task.Value = done);
    });
}
