using Engagement.Training.Report;
using Engagement.Training.Report.Charts;

namespace Engagement.Training.Studies;

/// <summary>
/// Trains and measures everything and writes the report. (1) Each study runs. (2) Each says its section, also one that was not to run now and has its files
/// from before. (3) Pictures, <c>report/index.html</c> and the table in <c>README.md</c> are written. Not thread-safe.
/// </summary>
public sealed class Reproduction(IReadOnlyList<IStudy> studies, StudyContext context)
{
    private const string Folder = "report";

    /// <summary>Steps (1) to (3). <paramref name="only"/> names the studies to run; none: all. Throws <see cref="TrainingException"/> for an unknown name.</summary>
    public void Run(IReadOnlyCollection<string> only, Action<IStudy>? starting = null)
    {
        if (only.FirstOrDefault(name => studies.All(study => study.Name != name)) is { } unknown)
            throw new TrainingException($"There is no study {unknown}: {string.Join(", ", studies.Select(study => study.Name))}.");
        foreach (var study in studies)
        {
            if (only.Count > 0 && !only.Contains(study.Name)) continue;
            starting?.Invoke(study);
            study.Run(context);
        }
        Report();
    }

    /// <summary>Steps (2) and (3) alone.</summary>
    public void Report()
    {
        var sections = new List<ReportSection>();
        foreach (var study in studies)
        {
            if (study.Section(context) is not { } section) continue;
            var pictures = section.Charts.Select((_, i) => FormattableString.Invariant($"{study.Name}-{i + 1}.svg")).ToList();
            for (var i = 0; i < pictures.Count; i++) context.Write($"{Folder}/{pictures[i]}", ChartRenderer.Svg(section.Charts[i]));
            sections.Add(new ReportSection(study.Name, section, pictures));
        }
        context.Write($"{Folder}/index.html", HtmlReportWriter.Write(sections));
        if (context.TryRead("README.md") is { } readme) context.Write("README.md", MarkdownReportWriter.Replace(readme, sections));
    }
}
