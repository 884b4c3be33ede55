//! What a service is about: one closed list for needs, activities, volunteers and certificates.

crate::words! {
    /// 服务类别: what is asked for, offered and recorded. The eight that are asked for most come first.
    ServiceCategory {
        /// 便民: repairs, haircuts, errands.
        Convenience = "convenience",
        /// 为老.
        Elderly = "elderly",
        /// 照护.
        Care = "care",
        /// 医疗.
        Medicine = "medicine",
        /// 帮困.
        Hardship = "hardship",
        /// 助残.
        Disability = "disability",
        /// 亲子.
        ParentChild = "parent_child",
        /// 助学.
        Study = "study",
        /// 技能.
        SkillTraining = "skill_training",
        /// 心理.
        Psychology = "psychology",
        /// 法律.
        LegalAid = "legal_aid",
        /// 维权.
        Rights = "rights",
        /// 就业.
        Jobs = "jobs",
        /// 环境.
        Environment = "environment",
        /// 交通.
        Traffic = "traffic",
        /// 邻里.
        Neighbourhood = "neighbourhood",
        /// 防疫.
        Epidemic = "epidemic",
        /// 科普.
        Science = "science",
        /// 应急.
        Emergency = "emergency",
    }
}
