using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Engagement.Core.Scoring;

namespace Engagement.Server.Commands;

/// <summary>What <c>--version</c> says: this program, the package feed it was built from, and the models that lie beside it.</summary>
public static class VersionText
{
    /// <summary>Version of this program, such as <c>0.1.0</c>.</summary>
    public static string Program { get; } =
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary><c>whole</c> or <c>partial</c>: which packages the build could restore.</summary>
    public static string PackageFeed { get; } = Metadata("PackageFeed");

    /// <summary><c>current</c> or <c>system</c>: which Kafka client the build took.</summary>
    public static string KafkaClient { get; } = Metadata("KafkaClient");

    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<VersionOption>().Single();
        option.Action = new PrintAction();
    }

    /// <summary>Lines of name and value.</summary>
    public static IEnumerable<string> Lines()
    {
        yield return $"engagement {Program}";
        yield return $".NET       {Environment.Version}";
        yield return $"packages   {PackageFeed} feed, {KafkaClient} Kafka client";
        foreach (var line in ModelLines(Path.Combine(AppContext.BaseDirectory, "models"))) yield return line;
    }

    private static string Metadata(string key) =>
        typeof(VersionText).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value ?? "unknown";

    private static IEnumerable<string> ModelLines(string directory)
    {
        yield return $"model      {PublishedStruggleRules.Instance.Version} (built in)";
        if (!Directory.Exists(directory)) yield break;
        foreach (var file in Directory.EnumerateFiles(directory, "model.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            yield return $"model      {VersionOf(file) ?? $"{file} cannot be read"}";
    }

    private static string? VersionOf(string file)
    {
        try
        {
            return TreeEnsembleReader.Read(File.ReadAllBytes(file)).Model?.Version;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed class PrintAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            foreach (var line in Lines()) parseResult.InvocationConfiguration.Output.WriteLine(line);
            return ExitCodes.Ok;
        }
    }
}
