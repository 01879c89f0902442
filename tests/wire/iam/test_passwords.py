"""Login profiles and the account's password policy, which holds whoever sets a password."""

from support.refusals import refused, words

GOOD, BETTER = "correct-Horse1", "battery-Staple2"


def test_a_login_profile_is_made_shown_changed_and_deleted(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    assert words("NoSuchEntity", 404, iam.get_login_profile, UserName="ann") == "Login Profile for User ann cannot be found."
    made = iam.create_login_profile(UserName="ann", Password=GOOD, PasswordResetRequired=True)["LoginProfile"]
    assert (made["UserName"], made["PasswordResetRequired"]) == ("ann", True)
    assert iam.get_login_profile(UserName="ann")["LoginProfile"] == made
    refused("EntityAlreadyExists", 409, iam.create_login_profile, UserName="ann", Password=GOOD)
    iam.update_login_profile(UserName="ann", PasswordResetRequired=False)
    assert iam.get_login_profile(UserName="ann")["LoginProfile"]["PasswordResetRequired"] is False
    assert words("DeleteConflict", 409, iam.delete_user, UserName="ann") == "Cannot delete entity, must delete login profile first."
    iam.delete_login_profile(UserName="ann")
    iam.delete_user(UserName="ann")


def test_without_a_policy_awss_own_holds(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    assert words("PasswordPolicyViolation", 400, iam.create_login_profile, UserName="ann", Password="letters and 1") == (
        "Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, "
        "Password should have at least one symbol")


def test_the_policy_is_kept_enforced_and_removed(aws):
    iam = aws.client("iam")
    assert words("NoSuchEntity", 404, iam.get_account_password_policy) == f"The Password Policy with domain name {aws.account} cannot be found."
    iam.update_account_password_policy(MinimumPasswordLength=12, RequireNumbers=True, MaxPasswordAge=90, PasswordReusePrevention=3, HardExpiry=True)
    assert iam.get_account_password_policy()["PasswordPolicy"] == {
        "MinimumPasswordLength": 12, "RequireSymbols": False, "RequireNumbers": True, "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False, "AllowUsersToChangePassword": False, "ExpirePasswords": True, "MaxPasswordAge": 90,
        "PasswordReusePrevention": 3, "HardExpiry": True}
    iam.create_user(UserName="ann")
    assert words("PasswordPolicyViolation", 400, iam.create_login_profile, UserName="ann", Password="short") == (
        "Password should have a minimum length of 12, Password should have at least one number")
    iam.create_login_profile(UserName="ann", Password=GOOD)
    refused("PasswordPolicyViolation", 400, iam.update_login_profile, UserName="ann", Password="no number at all")
    iam.update_account_password_policy()
    assert iam.get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"] == 6
    iam.delete_account_password_policy()
    assert words("NoSuchEntity", 404, iam.delete_account_password_policy) == "The account policy with name PasswordPolicy cannot be found."


def test_users_change_their_own(aws):
    iam, user = aws.client("iam"), aws.user()
    name = iam.list_users()["Users"][0]["UserName"]
    iam.create_login_profile(UserName=name, Password=GOOD, PasswordResetRequired=True)
    own = user.client("iam")
    refused("AccessDenied", 403, own.change_password, OldPassword=GOOD, NewPassword=BETTER)
    iam.update_account_password_policy(AllowUsersToChangePassword=True, PasswordReusePrevention=1)
    refused("AccessDenied", 403, own.change_password, OldPassword=BETTER, NewPassword=BETTER)
    refused("PasswordPolicyViolation", 400, own.change_password, OldPassword=GOOD, NewPassword=GOOD)
    own.change_password(OldPassword=GOOD, NewPassword=BETTER)
    assert iam.get_login_profile(UserName=name)["LoginProfile"]["PasswordResetRequired"] is False
    refused("AccessDenied", 403, own.change_password, OldPassword=GOOD, NewPassword="another-Word3")
    refused("InvalidUserType", 400, iam.change_password, OldPassword=GOOD, NewPassword=BETTER)


def test_the_accounts_leave_to_change_passwords_is_bounded_as_policies_are(aws):
    iam, user = aws.client("iam"), aws.user()
    name = iam.list_users()["Users"][0]["UserName"]
    iam.create_login_profile(UserName=name, Password=GOOD)
    own = user.client("iam")
    refused("AccessDenied", 403, own.get_account_password_policy)
    iam.update_account_password_policy(AllowUsersToChangePassword=True)
    assert own.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"] is True
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    refused("AccessDenied", 403, own.change_password, OldPassword=GOOD, NewPassword=BETTER)
    iam.delete_user_permissions_boundary(UserName=name)
    own.change_password(OldPassword=GOOD, NewPassword=BETTER)
    refused("AccessDenied", 403, own.list_users)
