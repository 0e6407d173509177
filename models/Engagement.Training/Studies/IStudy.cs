namespace Engagement.Training.Studies;

/// <summary>
/// One subject that <c>reproduce</c> trains, measures and reports. The same data, seed and date give the same bytes: no clock, no machine's name, no order
/// of a hash table may enter a file.
/// </summary>
public interface IStudy
{
    /// <summary>One word in lower case: names it on the command line, and its files.</summary>
    string Name { get; }

    /// <summary>
    /// Trains and measures, and writes model, <c>evaluation.json</c> and card through <see cref="StudyContext.Write(string, byte[])"/>. Throws
    /// <see cref="TrainingException"/> when it cannot, which stops the whole run.
    /// </summary>
    void Run(StudyContext context);

    /// <summary>What the report says of it, from the files that <see cref="Run"/> wrote; null when there are none yet.</summary>
    StudySection? Section(StudyContext context);
}
