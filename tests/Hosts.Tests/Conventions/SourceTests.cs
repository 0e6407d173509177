using System.Text.RegularExpressions;
using Engagement.Testing;

namespace Hosts.Tests.Conventions;

/// <summary>What the compiler does not see: read from the sources themselves.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Folders = ["engine", "collectors", "models", "tests", "deploy", ".build", ".ci"];

    [Fact]
    public void Sources_AskNoStaticClock()
    {
        // The analyzer says so while compiling; this finds where it was switched off.
        var offenders = from file in Sources("*.cs")
                        where !file.Path.StartsWith("tests", StringComparison.Ordinal)
                        where StaticClock().IsMatch(file.Text) || file.Text.Contains("RS0030", StringComparison.Ordinal)
                        select file.Path;
        Assert.Empty(offenders);
    }

    [Fact]
    public void Core_HasUnsafeCodeInOneFileAlone()
    {
        var unsafe_ = Sources("*.cs").Where(file => file.Path.StartsWith("engine/Engagement.Core/", StringComparison.Ordinal) && Unsafe().IsMatch(file.Text));
        Assert.Equal(["engine/Engagement.Core/Sessions/CacheHint.cs"], unsafe_.Select(file => file.Path));
    }

    [Fact]
    public void Files_AreOfReadableLength()
    {
        // 40 to 200 lines is the rule; a table or a long algorithm may be longer, a file of 400 has two subjects.
        var long_ = Sources("*.cs").Where(file => !file.Path.StartsWith("tests", StringComparison.Ordinal) && file.Text.Count(c => c == '\n') > 400);
        Assert.Empty(long_.Select(file => file.Path));
    }

    [Fact]
    public void Files_NameNoPlaceOfAPrivateMachine()
    {
        var offenders = Sources("*").Where(file => Machine().IsMatch(file.Text) && !file.Path.EndsWith(nameof(SourceTests) + ".cs", StringComparison.Ordinal));
        Assert.Empty(offenders.Select(file => file.Path));
    }

    [Fact]
    public void Solution_NamesNoPackageOfTheWholeFeedAlone()
    {
        // ML.NET restores from the whole of NuGet only; whoever has a part of it must still build the solution.
        var root = Repository.Root;
        var projects = SolutionProject().Matches(File.ReadAllText(Path.Combine(root, "Engagement.sln"))).Select(match => match.Groups[1].Value.Replace('\\', '/')).ToList();
        Assert.NotEmpty(projects);
        var offenders = from project in projects
                        let text = File.ReadAllText(Path.Combine(root, project))
                        where text.Contains("MLNet.csproj", StringComparison.Ordinal) || text.Contains("Include=\"Microsoft.ML", StringComparison.Ordinal)
                        select project;
        Assert.Empty(offenders);
    }

    private static IEnumerable<(string Path, string Text)> Sources(string pattern)
    {
        var root = Repository.Root;
        var sources = Folders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            .Where(file => !Generated().IsMatch(file) && new FileInfo(file).Length < 1_000_000)
            .ToList();
        Assert.NotEmpty(sources);
        return sources.Select(file => (Path.GetRelativePath(root, file), File.ReadAllText(file)));
    }

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bEnvironment\.TickCount|\bGuid\.NewGuid\(\)|\bRandom\.Shared\b")]
    private static partial Regex StaticClock();

    [GeneratedRegex(@"/(home|root|Users)/[a-z]|/tmp/wt|[A-Z]:\\Users")]
    private static partial Regex Machine();

    [GeneratedRegex(@"""([^""]+\.csproj)""")]
    private static partial Regex SolutionProject();

    [GeneratedRegex(@"^(?!\s*//).*\bunsafe\b", RegexOptions.Multiline)]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"[/\\](bin|obj|node_modules|TestResults)[/\\]")]
    private static partial Regex Generated();
}
